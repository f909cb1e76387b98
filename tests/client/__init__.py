"""The session: its states, its settings, closing, and what it does for every call."""
