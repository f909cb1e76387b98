"""Repeated measurement: what processes did in real time is measured again where it looks wrong.

A call that a busy machine holds up on its way arrives late, and the server's second is then fuller than any limiter
could know. A limiter with a fault fails each time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final, ParamSpec

__all__ = ["measured_again"]

P = ParamSpec("P")

MOST: Final = 3
"""How often a test is measured at most."""


def measured_again(
    test: Callable[P, Coroutine[Any, Any, None]],
) -> Callable[P, Coroutine[Any, Any, None]]:
    """Run an async test until it passes, three times at most; its fixtures stay as they are."""

    @wraps(test)
    async def run(*args: P.args, **kwargs: P.kwargs) -> None:
        for left in reversed(range(MOST)):
            try:
                await test(*args, **kwargs)
            except AssertionError as wrong:
                if not left:
                    raise
                print(f"Measured again: {wrong}")
            else:
                break

    return run
