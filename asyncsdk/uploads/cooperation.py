"""Cooperative multitasking: long loops over rows let other tasks run now and then."""

from __future__ import annotations

import asyncio
from typing import Final

__all__ = ["ROWS_PER_TURN", "let_others_run"]

ROWS_PER_TURN: Final = 1000
"""Rows that are handled before other calls of the session get their turn."""


async def let_others_run(place: int, every: int = ROWS_PER_TURN) -> None:
    """Let other tasks run once in so many rows.

    Args:
        place: how many rows came before this one.
        every: after how many rows.
    """
    if place % every == 0:
        await asyncio.sleep(0)
