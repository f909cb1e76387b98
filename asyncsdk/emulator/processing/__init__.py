"""Processing: what Act-On does with uploaded files and jobs in its own time."""
