"""Call counter: how many calls some work makes."""

from __future__ import annotations

__all__ = ["CallCount"]


class CallCount:
    """Counts the calls that some work makes, repeated ones each time."""

    __slots__ = ("made",)

    def __init__(self) -> None:
        self.made: int = 0
