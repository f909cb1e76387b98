"""State of the emulated account, in repositories over one SQLite database."""
