"""logos."""

__all__: list[str] = []
