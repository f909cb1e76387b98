"""Data of an emulated account, as programs see and change it: lists, suppressions, cookies and subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from asyncsdk.emulator.list_descriptions import ColumnLike, Row, changed_cells, headings_of, rows_of
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.addresses import usable
from asyncsdk.emulator.state.cookies import CookieRepository
from asyncsdk.emulator.state.list_records import Record, record_id_of
from asyncsdk.emulator.state.lists import StoredList
from asyncsdk.emulator.state.suppressions import Suppressed
from asyncsdk.emulator.validators import InvalidArgument, a_text, did_you_mean

__all__ = ["AccountData"]


class AccountData:
    """Base of an emulated account: its data.

    Args:
        settings: the platform's rules and the account's data.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings: Settings = settings
        self._platform: AccountState | None = None

    @property
    def platform(self) -> AccountState:
        """The account's state."""
        if self._platform is None:
            raise RuntimeError("The emulator is not running: await start(), or use 'async with'.")
        return self._platform

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
