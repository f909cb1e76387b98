"""HTTP messages, errors in their bodies, and what is tried again."""
