"""Unsaved rows: hands the rows that a queue gives up to ``on_unsaved``, or keeps them for the report."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from functools import partial
from inspect import isawaitable, iscoroutine
from typing import Final

from asyncsdk.http.unsafe_calls import uncounted_calls
from asyncsdk.queue.results import UnsavedRow

__all__ = ["UnsavedRows"]

_log = logging.getLogger("asyncsdk")

MOST: Final = 10_000
"""Rows that are kept in memory; of more only their number is, unless a journal has them."""


class UnsavedRows:
    """The rows that a queue gives up.

    Args:
        hand_over: called with each, and awaited; without it, and where it fails, the row is kept. It is called in
            the context in which this is made: the queue itself works in none of the program's.
        handed_over: called with the journal's numbers of rows that a callback or a report has taken.
    """

    def __init__(
        self, hand_over: Callable[[UnsavedRow], object] | None, handed_over: Callable[[list[int]], None]
    ) -> None:
        self._hand_over = hand_over
        with uncounted_calls():  # a task that opens the queue does not make its calls
            self._context = copy_context()
        self._handed_over = handed_over
        self._callbacks: set[asyncio.Task[None]] = set()
        self._numbers: list[int] = []
        self.rows: list[UnsavedRow] = []
        self.more: int = 0

    def add(self, row: UnsavedRow, number: int | None = None) -> None:
        """Hand over a row that this queue will not send any more, or keep it.

        Args:
            row: the row.
            number: its number in the journal.
        """
        if self._hand_over is None:
            self._keep(row, number)
            return
        context = self._context.copy()
        try:
            handing = context.run(self._hand_over, row)
        except Exception as error:
            self._failed(row, number, error)
        else:
            if isawaitable(handing):
                loop = asyncio.get_running_loop()
                task = context.run(loop.create_task, _end_of(handing), name="asyncsdk queue unsaved")
                self._callbacks.add(task)
                task.add_done_callback(partial(self._ended, handing, row, number))
            elif number is not None:
                self._handed_over([number])

    async def finish(self, seconds: float) -> None:
        """Wait for the callbacks; those that take longer than this are cancelled, and their rows are kept."""
        if self._callbacks:
            await asyncio.wait(self._callbacks, timeout=seconds)
        for task in list(self._callbacks):
            task.cancel()
        if self._callbacks:
            await asyncio.wait(self._callbacks)

    def mark_reported(self) -> None:
        """Delete the kept rows from the journal, because a report has them now."""
        if self._numbers:
            self._handed_over(self._numbers)
            self._numbers = []

    def _ended(
        self, handing: Awaitable[object], row: UnsavedRow, number: int | None, task: asyncio.Task[None]
    ) -> None:
        """Note what became of a callback; a task that was cancelled before its first step could not do that."""
        self._callbacks.discard(task)
        if iscoroutine(handing):
            handing.close()  # else Python warns of one that has not begun
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._failed(row, number, error)
        elif number is not None:
            self._handed_over([number])

    def _failed(self, row: UnsavedRow, number: int | None, error: BaseException) -> None:
        _log.error(
            "on_unsaved failed (%s): the row is kept for the report.",
            type(error).__name__,
            extra={"acton_event": "queue_on_unsaved_failed", "acton_error": type(error).__name__},
        )
        self._keep(row, number)

    def _keep(self, row: UnsavedRow, number: int | None) -> None:
        if row.fate != "waiting" and len(self.rows) >= MOST:
            self.more += 1
            return
        self.rows.append(row)
        if number is not None:
            self._numbers.append(number)


async def _end_of(handing: Awaitable[object]) -> None:
    await handing
