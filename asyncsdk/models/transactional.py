"""transactional."""

__all__: list[str] = []
