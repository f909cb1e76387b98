"""Nothing secret and nothing personal shows in logs, errors and reprs."""
