"""fragments."""

__all__: list[str] = []
