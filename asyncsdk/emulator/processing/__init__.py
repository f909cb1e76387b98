"""Processing of uploaded files, queries and previews, most of it as jobs."""
