"""Local files: upload, atomic write, CSV as a stream, JSON, SQLite, locks."""
