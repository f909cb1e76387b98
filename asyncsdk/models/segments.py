"""segments."""

__all__: list[str] = []
