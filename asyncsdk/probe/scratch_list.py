"""Scratch list: a list that one check makes, works on, and removes, whatever happens."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

from asyncsdk import clock
from asyncsdk.api import Lists
from asyncsdk.errors import ActOnError
from asyncsdk.http.error_bodies import INVALID_LIST
from asyncsdk.models import Column
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.budget import BudgetSpent
from asyncsdk.probe.check import NothingToAsk
from asyncsdk.probe.job_polls import JobPolls, job_id_of
from asyncsdk.shared_task import result_of

__all__ = [
    "COLUMNS",
    "EMAIL",
    "FIRST_NAME",
    "HEADINGS",
    "NOTE",
    "REMOVAL_CALLS",
    "ScratchList",
    "address",
    "csv_file",
    "empty_list",
    "list_is_gone",
    "scratch_list",
]

EMAIL: Final = "E-mail Address"
FIRST_NAME: Final = "First Name"
NOTE: Final = "Probe Note"
HEADINGS: Final = (EMAIL, FIRST_NAME, NOTE)
COLUMNS: Final = (Column(EMAIL, "EMAIL"), Column(FIRST_NAME, "FIRSTNAME"), Column(NOTE))
"""The columns of every list that a probe makes: an address, a typed one, and one of its own."""

REMOVAL_CALLS: Final = 3
"""Calls that are kept back for the removal of one list: a look at the job that creates it, and two tries."""

PATIENCE: Final = 10.0
"""Seconds that a cancelled check waits for the answer to the creation of its list: only it tells the id."""

_NOT_FOUND: Final = 404


class ScratchList:
    """A list that is being made, or is there.

    Args:
        account: the account.
        name: the list's name.
    """

    def __init__(self, account: ProbedAccount, name: str) -> None:
        self._account = account
        self.name: str = name
        self.list_id: str = ""
        self._job_id = ""
        self._may_be_there = True
        if account.made is not None:
            account.made.asked(name)

    async def create_empty(self) -> Answer:
        """Create it without records, and give the answer."""
        return await self._answered(Lists.create_empty)

    async def create(self, file: bytes) -> Answer:
        """Create it from a file, and give the answer; ``job_ended`` tells its id."""
        return await self._answered(Lists.create, file=file)

    def job_ended(self, polls: JobPolls) -> None:
        """Take its id from the report of the job that created it."""
        self._note_id(polls.report.get("listId"))

    async def delete(self, *, reserved: bool = False) -> Answer:
        """Delete it, and give the answer."""
        answer = await self._account.call(Lists.delete, self.list_id, reserved=reserved)
        if list_is_gone(answer):
            self._gone()
        return answer

    async def remove(self) -> None:
        """Delete it if it may be there; what cannot be deleted stays in the record."""
        if not self._may_be_there:
            return
        with suppress(ActOnError):  # the record tells the user of it, and the next run removes it
            if self._job_id and not self.list_id:
                status = await self._account.call(Lists.upload_status, self._job_id, reserved=True)
                self.job_ended(JobPolls((status,)))
            if self.list_id:
                await self.delete(reserved=True)

    async def _answered(self, method: Callable[..., object], **arguments: object) -> Answer:
        """The answer to the creation, whose id is noted also if the check is cancelled meanwhile."""
        creating = asyncio.ensure_future(self._created(method, arguments))
        try:
            return await result_of(creating)
        except asyncio.CancelledError:
            await asyncio.wait([creating], timeout=PATIENCE)
            creating.cancel()
            await asyncio.gather(creating, return_exceptions=True)
            raise

    async def _created(self, method: Callable[..., object], arguments: Mapping[str, Any]) -> Answer:
        try:
            answer = await self._account.call(method, self.name, columns=COLUMNS, **arguments)
        except BudgetSpent:
            self._gone()
            raise
        if answer.refused:
            self._gone()
            return answer
        self._note_id(answer.object.get("listId"))
        self._job_id = job_id_of(answer)
        if self._account.made is not None and self._job_id:
            self._account.made.begun(self.name, self._job_id)
        return answer

    def _note_id(self, told: object) -> None:
        if isinstance(told, str) and told:
            self.list_id = told
            if self._account.made is not None:
                self._account.made.made(self.name, told)

    def _gone(self) -> None:
        self._may_be_there = False
        if self._account.made is not None:
            self._account.made.removed(self.name)


@asynccontextmanager
async def scratch_list(account: ProbedAccount) -> AsyncGenerator[ScratchList]:
    """A list that is yet to be created; it is removed at the end, on an error, and when the check is cancelled.

    Raises:
        NothingToAsk: an earlier list could not be removed, so no other is made.
        BudgetSpent: there are no calls left for its removal.
        StoreFailed: it cannot be noted, so it is not made.
    """
    if account.made is not None and account.made.left:
        raise NothingToAsk("a list that the probe had made could not be removed")
    account.budget.reserve(REMOVAL_CALLS)
    try:
        scratch = ScratchList(account, _new_name())
        try:
            yield scratch
        finally:
            await scratch.remove()
    finally:
        account.budget.release()


@asynccontextmanager
async def empty_list(account: ProbedAccount) -> AsyncGenerator[str]:
    """The id of a new list without records, which is removed at the end.

    Raises:
        NothingToAsk: the list was refused, or its id is not told.
    """
    async with scratch_list(account) as scratch:
        await scratch.create_empty()
        if not scratch.list_id:
            raise NothingToAsk("a list of its own could not be made")
        yield scratch.list_id


def list_is_gone(deleted: Answer) -> bool:
    """Whether a list is not there after the answer to its deletion."""
    if not deleted.refused or deleted.status == _NOT_FOUND:
        return True
    return deleted.error is not None and deleted.error.code == INVALID_LIST


def address(name: str) -> str:
    """An address that is made up: nobody has one at example.com."""
    return f"asyncsdk-probe-{name}@example.com"


def csv_file(rows: Iterable[Iterable[str]], headings: Iterable[str] = HEADINGS) -> bytes:
    """A CSV file of plain cells."""
    return "".join(f"{','.join(row)}\r\n" for row in (headings, *rows)).encode()


def _new_name() -> str:
    day = datetime.fromtimestamp(clock.wall(), UTC)
    return f"asyncsdk probe {day:%Y-%m-%d} {secrets.token_hex(8)}"
