"""The console: its JSON, its stream and its guards."""
