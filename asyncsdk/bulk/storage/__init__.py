"""Storage of a bulk run: its journal, its rejects, and the state file, which remembers saved rows."""
