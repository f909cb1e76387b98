"""Column cache: the columns of a queue's list, by which each row is checked before it is taken.

Old columns are good enough to check rows, so that no row is refused while Act-On is down; before rows are sent,
they are read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf
from typing import Any, Final, cast

from asyncsdk.errors import ActOnError, APIError, InvalidArgument, RateLimited, ServerError
from asyncsdk.http.call_count import CallCount
from asyncsdk.models.clear import Clear
from asyncsdk.queue.backoff import pause_after
from asyncsdk.queue.entry import Cells
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.lifecycle import QueueState
from asyncsdk.queue.results import QueueClosed
from asyncsdk.redaction import mask
from asyncsdk.routing.value_text import NoText, cell_of
from asyncsdk.shared_task import begin_shared, end_of
from asyncsdk.uploads.addresses import address_problem, normalized_address
from asyncsdk.uploads.caller import UploadCaller
from asyncsdk.uploads.list_columns import ColumnMapper, ListColumns, fetch_columns

__all__ = ["ColumnCache"]

_log = logging.getLogger("asyncsdk")

REFUSALS: Final = 6
"""A refusal counts as so many failures, so that the first pause after it is half a minute."""

LONGEST_SPELLING: Final = 8
"""Bytes that a character takes in a file at the most: four, each of them doubled if it were a quote."""


class ColumnCache:
    """The columns of one list, read when they are needed.

    Args:
        caller: the session.
        counter: counts the calls.
        keep: called whenever they are read, to write them down.
        state: whether the queue is closed.
    """

    def __init__(
        self, caller: UploadCaller, counter: CallCount, keep: Callable[[ListColumns], None], state: QueueState
    ) -> None:
        self._caller = caller
        self._counter = counter
        self._keep = keep
        self._state = state
        self._mapper: ColumnMapper | None = None
        self._stale = False
        self._reading: asyncio.Task[ColumnMapper] | None = None
        self._failures = 0
        self._ask_again = -inf
        self.error: ActOnError | None = None
        """The error of the last attempt to read them."""

    def restore(self, columns: ListColumns) -> None:
        """Begin with the columns that an earlier queue has read."""
        self._mapper = ColumnMapper(columns, columns.headings[columns.email])
        self._stale = True

    def invalidate(self) -> None:
        """Read the columns again before rows are sent: they may have changed."""
        self._stale = True

    async def current(self) -> ListColumns:
        """The columns as they are now: one call for all who ask at once, and none while they are valid.

        It does not pause after a failure: the sender does.
        """
        if self._mapper is None or self._stale:
            return (await self._read_once()).columns
        return self._mapper.columns

    async def check_row(self, email: object, data: object) -> tuple[str, Cells]:
        """Check a row; gives its address, and its cells by the list's headings.

        Raises:
            InvalidArgument: the address is impossible, a column unknown or a value of no use.
        """
        if not isinstance(email, str):
            raise InvalidArgument(f"email must be a text, not {type(email).__name__}.")
        named = _by_name(data)
        address = email.strip()
        problem = address_problem(address)
        if problem is not None:
            raise InvalidArgument(f"This row has {_article(problem)}. It was not queued.")
        try:
            return address, self._cells(self._mapper or await self._read_unless_failing(), address, named)
        except InvalidArgument:
            if not self._stale:
                raise
        return address, self._cells(await self._read_unless_failing(), address, named)

    async def _read_unless_failing(self) -> ColumnMapper:
        """Read the columns, unless that failed a moment ago: the pause grows with each failure."""
        if self.error is not None and self._reading is None and loop_time() < self._ask_again:
            raise self.error.with_traceback(None)
        return await self._read_once()

    def _cells(self, mapper: ColumnMapper, address: str, data: Mapping[str, object]) -> Cells:
        columns = mapper.columns
        heading = columns.headings[columns.email]
        named = {name: value for name, value in data.items() if not _is_address(name, heading)}
        for name in data.keys() - named.keys():
            _check_same(name, data[name], address)
        places = mapper.indexes((*named, heading))
        cells: Cells = {}
        for (name, value), place in zip(named.items(), places, strict=False):
            cell = _cell_of(name, value)
            if cell != "":
                cells[columns.headings[place]] = cell
        length = sum(len(cell) for cell in cells.values() if not isinstance(cell, Clear))
        if length * LONGEST_SPELLING > self._caller.limits.upload_bytes:
            raise InvalidArgument(f"With {length:,} characters the row is too long. It was not queued.")
        return cells

    async def _read_once(self) -> ColumnMapper:
        if self._state.closed:
            raise QueueClosed("This queue is closed.")
        while True:
            if self._reading is None:
                self._reading = begin_shared(asyncio.get_running_loop(), self._read(), "asyncsdk queue columns")
                self._reading.add_done_callback(self._read_ended)
            reading = self._reading
            await end_of(reading)
            if not reading.cancelled():
                return reading.result()
            if self._state.closed:
                raise QueueClosed("This queue was closed before the list's columns were read.")

    async def _read(self) -> ColumnMapper:
        columns = await fetch_columns(self._caller, self._state.list_id, self._counter)
        self._mapper = mapper = ColumnMapper(columns, columns.headings[columns.email])
        self._stale = False
        self._keep(columns)
        return mapper

    def _read_ended(self, task: asyncio.Task[ColumnMapper]) -> None:
        self._reading = None
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._failures, self.error = 0, None
        elif isinstance(error, ActOnError):  # logged also if nobody waits for it any more
            self._failures += 1
            wanted = pause_after(self._failures + (REFUSALS if _is_refusal(error) else 0))
            self._ask_again = loop_time() + self._caller.pauses.seconds(wanted)
            self._log(error)
            self.error = error

    def _log(self, error: ActOnError) -> None:
        if type(error) is not type(self.error):
            kind = type(error).__name__
            _log.error(
                "The columns of list %s cannot be read: %s: %s",
                self._state.list_id,
                kind,
                mask(str(error)),
                extra={
                    "acton_event": "queue_columns_unreadable",
                    "acton_list": self._state.list_id,
                    "acton_error": kind,
                },
            )

    async def prefetch(self) -> None:
        """Read the columns if there are none; an error is logged."""
        if self._mapper is None:
            with suppress(ActOnError):
                await self._read_once()

    async def close(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})


def _is_refusal(error: ActOnError) -> bool:
    """Whether Act-On refused for good: the list does not exist, or a right is missing."""
    return isinstance(error, APIError) and not isinstance(error, (ServerError, RateLimited))


def _by_name(data: object) -> Mapping[str, object]:
    """The values that a caller gave, whose types were not checked before."""
    named: dict[Any, Any] = dict(cast("Any", data)) if isinstance(data, Mapping) else {0: data}
    if not all(isinstance(name, str) for name in named):
        raise InvalidArgument("data must be a mapping of columns, by text, to values. The row was not queued.")
    return named


def _cell_of(name: str, value: object) -> str | Clear:
    """A value as it will be written; empty: the list keeps what it holds."""
    try:
        return cell_of(value)
    except NoText as error:
        raise InvalidArgument(f"{name!r} holds {error}. The row was not queued.") from None


def _is_address(name: str, heading: str) -> bool:
    """Whether a column of a row is the one that the address goes to."""
    return name == "EMAIL" or name.casefold() == heading.casefold()


def _check_same(name: str, value: object, address: str) -> None:
    """A row may say its address twice."""
    said = _cell_of(name, value)
    if isinstance(said, Clear):
        raise InvalidArgument(f"{name!r} is the address, which cannot be erased. The row was not queued.")
    if said and normalized_address(said) != normalized_address(address):
        raise InvalidArgument(f"{name!r} holds another address than email says. The row was not queued.")


def _article(problem: str) -> str:
    return f"an {problem}" if problem.startswith("impossible") else problem
