"""imports."""

__all__: list[str] = []
