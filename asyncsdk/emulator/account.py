"""Emulated account: its state, as programs and the console see and change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.faults import Faults
from asyncsdk.emulator.list_descriptions import ColumnLike, Row, changed_cells, headings_of, rows_of
from asyncsdk.emulator.server.request_log import Calls
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.addresses import usable
from asyncsdk.emulator.state.cookies import CookieRepository
from asyncsdk.emulator.state.jobs import job_number
from asyncsdk.emulator.state.list_records import Record, record_id_of
from asyncsdk.emulator.state.lists import StoredList
from asyncsdk.emulator.state.suppressions import Suppressed
from asyncsdk.emulator.validators import InvalidArgument, a_text, did_you_mean

__all__ = ["EmulatedAccount"]


class EmulatedAccount:
    """An account of the emulator: its rules, its data, its clock, its faults and the calls that it got.

    Args:
        settings: the platform's rules and the account's data.
        clock: what every delay, expiry and window is counted by.
    """

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.settings: Settings = Settings() if settings is None else settings
        self.clock: Clock = Clock() if clock is None else clock
        self.faults: Faults = Faults()
        self.calls: Calls = Calls()
        self.token_file: Path | None = None
        """A file in which programs may keep their token, so that they log in once; the environment names it."""
        self._platform: AccountState | None = None

    @property
    def credentials(self) -> dict[str, str]:
        """The arguments of a ``PasswordGrant`` that it accepts."""
        settings = self.settings
        return {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "username": settings.username,
            "password": settings.password,
        }

    @property
    def platform(self) -> AccountState:
        """The account's state."""
        if self._platform is None:
            raise RuntimeError("The emulator is not running: await start(), or use 'async with'.")
        return self._platform

    def most_in_any_second(self) -> int:
        """The most API and token calls that arrived within any one second."""
        return self.calls.most_in_any_second()

    async def settle(self) -> None:
        """Wait until every job has done its work, whatever the clock says of it."""
        await self.platform.jobs.settle()

    async def reset(self, *, tokens: bool = False) -> None:
        """Reset the account: everything is as in a new emulator, under the same URL.

        Data, calls, faults, the clock's lead and what was counted for the limits are forgotten, also in ``db``.
        The work of jobs is cancelled, and awaited. A call that hangs is cut, one that waits is answered, and a
        download that is under way breaks off. Settings stay as they are.

        Tests that share an emulator begin so, in an emulator that is started once for a module::

            @pytest_asyncio.fixture(scope="module", loop_scope="module")
            async def shared_server():
                async with Emulator() as server:
                    yield server

            @pytest_asyncio.fixture(loop_scope="module")
            async def acton_server(shared_server):
                await shared_server.reset()
                return shared_server

        Args:
            tokens: whether to revoke all tokens as well, so that clients must log in again. Those of users that
                were created go in any case, with their users.
        """
        await self.platform.reset(tokens=tokens)
        self.faults.clear()
        self.calls.clear()
        self.clock.reset()

    def spend_day(self, left: int = 0) -> None:
        """Spend the calls of this day (UTC), but so many: the next ones beyond are refused.

        Raises:
            InvalidArgument: the settings have no limit a day, or ``left`` is more than it.
        """
        self.platform.rate_limits.spend_day(self.clock.now(), left)

    def spend_logins(self, left: int = 0) -> None:
        """Spend the logins of this hour, but so many.

        Raises:
            InvalidArgument: the settings have no limit an hour, or ``left`` is more than it.
        """
        self.platform.rate_limits.spend_logins(self.clock.now(), left)

    async def finish_job(self, job_id: int | str) -> None:
        """Finish a job: its work has ended before this returns, whatever the clock says; also one that is stalled.

        Work that cannot be done, since its list is gone, leaves a job that has failed.

        Raises:
            InvalidArgument: there is no such job, it has ended, a fault lets it fail, or its file is gone, as it
                is after a restart with ``db``.
        """
        await self.platform.jobs.finish(_job_number(job_id))

    def stall_job(self, job_id: int | str) -> None:
        """Stall a job: it runs without an end, until it is finished or failed.

        Work that has begun is carried on, so that rows may be there before the job is done.

        Raises:
            InvalidArgument: there is no such job, it has ended, or a fault lets it fail.
        """
        self.platform.jobs.stall(_job_number(job_id))

    async def fail_job(self, job_id: int | str, text: str = "The job has failed") -> None:
        """Fail a job that is pending, running or stalled: its status says the text from now on.

        Its work is cancelled before this returns. Rows that it has written by then stay in their list, as do
        rejected ones in their file; a list that it was to create never shows.

        Raises:
            InvalidArgument: there is no such job, or it has ended.
        """
        await self.platform.jobs.fail(_job_number(job_id), a_text("text", text))

    def issue_token(self) -> dict[str, Any]:
        """A new pair of tokens, as the answer to a grant has it; no login is spent."""
        return self.platform.tokens.issue()

    def authorization_code(self, redirect_uri: str) -> str:
        """A code as the authorize page gives it to the callback."""
        return self.platform.tokens.code(redirect_uri)

    def revoke_access_tokens(self) -> None:
        """Make every access token unknown from now on."""
        self.platform.tokens.revoke("access")

    def revoke_refresh_tokens(self) -> None:
        """Make every refresh token unknown from now on."""
        self.platform.tokens.revoke("refresh")

    def add_list(
        self,
        name: str,
        columns: Sequence[ColumnLike],
        rows: Iterable[Row] = (),
        *,
        list_id: str | None = None,
        folder: str | None = None,
    ) -> str:
        """Create a list with records; gives its id.

        Raises:
            InvalidArgument: a column, a row or the id cannot be.
        """
        for what, text in (("name", name), ("list_id", list_id or ""), ("folder", folder or "")):
            a_text(what, text)
        headings = headings_of(columns)
        if list_id is not None and self.platform.lists.has(list_id):
            raise InvalidArgument(f"There is a list {list_id} already.")
        cells = rows_of(headings, rows)
        listed = self.platform.lists.add(name, headings, folder=folder, list_id=list_id)
        with self.platform.store.batch():
            self.platform.records.append(listed, cells)
        return listed.id

    def remove_list(self, list_id: str) -> None:
        """Delete a list with its records."""
        self.platform.lists.remove(self._list(list_id))

    def add_rows(self, list_id: str, rows: Iterable[Row]) -> list[str]:
        """Add records to a list, all or none; gives their ids.

        Raises:
            InvalidArgument: there is no such list, or a row cannot be.
        """
        listed = self._list(list_id)
        cells = rows_of(listed.columns, rows)
        with self.platform.store.batch():
            added = self.platform.records.append(listed, cells)
        return [record_id_of(listed, row) for row in added]

    def change_row(self, list_id: str, record_id: str, row: Row) -> None:
        """Change a record: the cells that are named by heading, or all of them, in the columns' order.

        Raises:
            InvalidArgument: there is no such list, record or column, or a cell is no text.
        """
        listed = self._list(list_id)
        record = self._record(listed, record_id)
        self.platform.records.change(listed, record.row, changed_cells(listed, record.cells, row))

    def remove_row(self, list_id: str, record_id: str) -> None:
        """Delete a record."""
        listed = self._list(list_id)
        self.platform.records.delete(listed, self._record(listed, record_id).row)

    def list_ids(self) -> dict[str, str]:
        """The ids of all lists that can be seen, by name."""
        return {listed.name: listed.id for listed in self.platform.lists.all()}

    def headings(self, list_id: str) -> list[str]:
        """A list's column headings."""
        return [column.heading for column in self._list(list_id).columns]

    def rows(self, list_id: str) -> list[list[str]]:
        """A list's records: the cells of each, without its id."""
        listed = self._list(list_id)
        return [record.cells for chunk in self.platform.records.chunks(listed) for record in chunk]

    def records(self, list_id: str) -> dict[str, dict[str, str]]:
        """A list's records: cells by heading, by record id."""
        listed = self._list(list_id)
        headings = [column.heading for column in listed.columns]
        return {
            record.id_in(listed): dict(zip(headings, record.cells, strict=True))
            for chunk in self.platform.records.chunks(listed)
            for record in chunk
        }

    def _list(self, list_id: str) -> StoredList:
        found = self.platform.lists.find(list_id)
        if found is None:
            there = ", ".join(self.list_ids().values()) or "none"
            raise InvalidArgument(f"There is no list {list_id!r} here; the lists that there are: {there}.")
        return found

    def _record(self, listed: StoredList, record_id: str) -> Record:
        found = self.platform.records.by_id(listed, record_id)
        if found is None:
            raise InvalidArgument(f"There is no record {record_id!r} in the list {listed.id}.")
        return found

    def add_hard_bounce(self, email: str, origin: str | None = None) -> None:
        """Add an address to the hard bounces."""
        self._suppress("hardbounce", email, origin)

    def add_spam_complaint(self, email: str, origin: str | None = None) -> None:
        """Add an address to the spam complaints."""
        self._suppress("spamcomplaint", email, origin)

    def add_opt_out(self, email: str, origin: str | None = None) -> None:
        """Add an address to the opt-outs of all mail."""
        self._suppress("optout", email, origin)

    def remove_hard_bounce(self, email: str) -> bool:
        """Remove an address from the hard bounces; gives whether it was there."""
        return self.platform.suppressions.remove("hardbounce", email)

    def remove_spam_complaint(self, email: str) -> bool:
        """Remove an address from the spam complaints; gives whether it was there."""
        return self.platform.suppressions.remove("spamcomplaint", email)

    def remove_opt_out(self, email: str) -> bool:
        """Remove an address from the opt-outs of all mail; gives whether it was there."""
        return self.platform.suppressions.remove("optout", email)

    def _suppress(self, kind: Suppressed, email: str, origin: str | None) -> None:
        if not usable(email):
            raise InvalidArgument(f"{email!r} is no e-mail address.")
        self.platform.suppressions.add(kind, email, origin or f"User: {self.settings.user_name}")

    def add_cookie(self, cookie: str, record_id: str) -> None:
        """Note that the visitor with a cookie is a record."""
        self.platform.repository(CookieRepository).add(cookie, record_id)

    def subscription(self, email: str, category: str) -> bool | None:
        """The subscription of an address to a category: True, False, or None for no entry.

        Raises:
            InvalidArgument: there is no such category.
        """
        names = [each["name"] for each in self.settings.categories]
        if category not in names:
            raise InvalidArgument(f"There is no category {category!r}.{did_you_mean(category, names)}")
        return self.platform.subscriptions.state(email, category)


def _job_number(job_id: object) -> int:
    """The number of a job, of its id as the API gives it or as a number."""
    is_whole = isinstance(job_id, int) and not isinstance(job_id, bool)
    number = job_number(str(job_id)) if is_whole or isinstance(job_id, str) else None
    if number is None:
        raise InvalidArgument(f"A job's id is a number such as 15959711, not {str(job_id)[:40]!r}.")
    return number
