"""Pages: strategies, reading ahead, and lists that change meanwhile."""
