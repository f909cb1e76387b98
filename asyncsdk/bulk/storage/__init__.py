"""Storage of a bulk run: its journal, its rejects, and the state file that says what a list was last told."""
