"""audience."""

__all__: list[str] = []
