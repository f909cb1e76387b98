"""Row persistence: keeps each row until its outcome was reported, in the journal if there is one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from asyncsdk.queue.entry import Entry
from asyncsdk.queue.results import PutOutcome, UnsavedRow, WrongAccount
from asyncsdk.queue.shared_journal import JournalLead, RowJournal
from asyncsdk.queue.unsaved_rows import UnsavedRows
from asyncsdk.redaction import mask
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["RowPersistence"]


class RowPersistence:
    """Writes into the journal what happens to rows.

    Args:
        on_unsaved: called with each row that is given up.
        account: tells for which account rows are sent.
        lead: the right to send the rows of a journal that processes share, if it is one.
    """

    def __init__(
        self,
        on_unsaved: Callable[[UnsavedRow], object] | None,
        account: Callable[[], Awaitable[str]],
        lead: JournalLead | None = None,
    ) -> None:
        self.unsaved: UnsavedRows = UnsavedRows(on_unsaved, self._handed_over)
        self.journal: RowJournal | None = lead
        self._lead = lead
        self._account = account
        self._owner: str | None = None

    def _handed_over(self, numbers: list[int]) -> None:
        if self.journal is not None:
            self.journal.delete_unsaved(numbers)

    def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list, so that the next queue can take rows before it reads them."""
        if self.journal is not None:
            self.journal.keep_columns(columns)

    async def check_account(self) -> str:
        """Make sure that the journal's rows are for this account, before the first of them is sent; gives which.

        Raises:
            WrongAccount: they are not.
            ActOnError: the account cannot be asked for.
        """
        if self.journal is None:
            return ""
        if self._owner is None:
            owner = await self._account()
            if not self.journal.claim_for(owner):
                raise WrongAccount("This queue's journal is for a list of another account: choose another file.")
            self._owner = owner
        return self._owner

    def check_lead(self) -> None:
        """Make sure that this process is the one that sends.

        Raises:
            LeadLost: another one may be.
        """
        if self._lead is not None:
            self._lead.check()

    async def mark_sending(self, entries: Sequence[Entry], until: float) -> None:
        """Note that entries are about to be sent; if the answer is lost, they may arrive until then.

        Raises:
            ActOnError: the disk does not take it, so that nothing may be sent.
        """
        if self.journal is not None:
            await self.journal.mark_sending(_numbers(entries), until)

    def mark_accepted(self, entries: Sequence[Entry], job_id: str, until: float) -> None:
        """Note that Act-On has a file with these entries; an earlier copy may arrive until then."""
        if self.journal is not None:
            self.journal.mark_accepted(_numbers(entries), job_id, until)

    def mark_unsent(self, entries: Sequence[Entry]) -> None:
        """Note that Act-On surely has none of these entries, or is done with them."""
        if self.journal is not None:
            self.journal.mark_unsent(_numbers(entries))

    def keep_hold(self, keys: Sequence[str], until: float) -> None:
        """Hold addresses: nothing is sent for them until then."""
        if self.journal is not None and keys:
            self.journal.hold(keys, until)

    def compact(self, entry: Entry) -> None:
        """Merge the rows of one waiting entry, if they are many."""
        if self.journal is not None:
            entry.numbers = self.journal.compact(entry)

    def notify(self, entries: Sequence[Entry], told: PutOutcome | Exception) -> None:
        """Let those in other processes who wait for these entries have this, and wait no more."""
        awaited = [number for entry in entries for number in entry.awaited]
        if self._lead is None or not awaited:
            return
        text = told if isinstance(told, PutOutcome) else f"{type(told).__name__}: {mask(str(told))}"
        self._lead.notify(awaited, text)
        for entry in entries:
            entry.awaited = []

    def remove_saved(self, entry: Entry, outcome: PutOutcome) -> None:
        """Delete an entry that the list holds."""
        if self.journal is not None:
            self.journal.saved(entry, outcome)

    def record_unsaved(self, entry: Entry, outcome: PutOutcome, told: bool) -> None:
        """Hand over an entry that is not sent again; ``told`` says whether somebody waited for its outcome."""
        row = UnsavedRow(entry.email, dict(entry.cells), outcome.fate, outcome.reason)
        if self.journal is None:
            if not told:
                self.unsaved.add(row)
        elif told:
            self.journal.delete(entry.numbers)
        else:
            number = self.journal.give_up(entry, row)
            if not entry.awaited:  # else it is told by another process, and comes back if that has died
                self.unsaved.add(row, number)


def _numbers(entries: Sequence[Entry]) -> list[int]:
    return [number for entry in entries for number in entry.numbers]
