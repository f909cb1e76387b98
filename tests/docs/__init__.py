"""The documentation: its examples, and the site that is built of it."""
