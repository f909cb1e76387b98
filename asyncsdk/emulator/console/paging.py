"""Pages of things: which part of a list a request asks for."""

from __future__ import annotations

from typing import Final

from asyncsdk.emulator.console.messages import ConsoleRequest

__all__ = ["PAGE_QUERY", "page_of"]

PAGE_QUERY: Final = ("offset", "count")
"""The names of a query that asks for a page."""

_FARTHEST: Final = 2**62
_MOST: Final = 1000
_USUAL: Final = 100


def page_of(request: ConsoleRequest) -> tuple[int, int]:
    """The offset and the count that a request asks for: by default the first hundred; at most a thousand at once.

    Raises:
        InvalidArgument: one is no whole number from 0 on.
    """
    return request.number("offset", 0, _FARTHEST), request.number("count", _USUAL, _MOST)
