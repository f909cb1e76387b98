"""The write-behind queue of contacts."""
