"""What outlives a run: its journal, its rejects, and what a list was told."""
