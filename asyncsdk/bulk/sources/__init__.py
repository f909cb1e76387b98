"""Row sources: iterables, files and dataframes, read in batches, checked and aligned with the list."""
