"""Recipients of a message, and which of them get no mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import field, frozen

from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.addresses import normalized, usable
from asyncsdk.emulator.state.list_records import Record
from asyncsdk.emulator.state.lists import StoredList
from asyncsdk.emulator.state.suppressions import Suppressed

__all__ = ["Audience", "Recipient", "barred_from_mail", "list_of", "recipients"]

ALL: Final = 2**31


@frozen
class Audience:
    """Lists and single records, and what keeps some of them out."""

    lists: Sequence[str] = field(factory=list[str])
    records: Sequence[str] = field(factory=list[str])
    without: Sequence[str] = field(factory=list[str])
    """Lists whose members get nothing."""

    once: bool = False
    """Whether an address gets it once, however often it comes up."""

    def exists(self, platform: AccountState) -> bool:
        """Whether anything is left to send to."""
        named = [*self.lists, *(list_of(record) for record in self.records)]
        return any(platform.lists.find(list_id) is not None for list_id in named)


@frozen
class Recipient:
    """One record that a message is for."""

    list_id: str
    record_id: str
    email: str
    name: str
    barred: str = ""
    """Why it gets no mail; empty if it does."""


def list_of(record_id: str) -> str:
    """The list that a record's id names."""
    return record_id.rpartition(":")[0]


def barred_from_mail(platform: AccountState, *, transactional: bool) -> frozenset[str]:
    """The addresses that get no mail; opt-outs do not count for transactional mail, which is a guess."""
    kinds: list[Suppressed] = ["hardbounce", "spamcomplaint"]
    if not transactional:
        kinds.append("optout")
    pages = (platform.suppressions.page(kind, None, None, ALL, 0) for kind in kinds)
    return frozenset(normalized(entry["email"]) for page in pages for entry in page)


def recipients(
    platform: AccountState, audience: Audience, *, category: str | None, transactional: bool
) -> Iterator[Recipient]:
    """Everybody a message is for, list by list, then record by record."""
    suppressed = barred_from_mail(platform, transactional=transactional)
    left_out = {
        normalized(recipient.email) for list_id in audience.without for recipient in _members(platform, list_id)
    }
    seen: set[str] = set()
    for recipient in _all(platform, audience):
        key = normalized(recipient.email)
        why = ""
        if not usable(recipient.email):
            why = "Invalid address"
        elif key in suppressed:
            why = "Suppressed address"
        elif key in left_out:
            why = "Suppression list"
        elif category is not None and platform.subscriptions.state(key, category) is False:
            why = "Category opt-out"
        elif audience.once and key in seen:
            why = "Duplicate"
        seen.add(key)
        yield Recipient(recipient.list_id, recipient.record_id, recipient.email, recipient.name, why)


def _all(platform: AccountState, audience: Audience) -> Iterator[Recipient]:
    for list_id in audience.lists:
        yield from _members(platform, list_id)
    for record_id in audience.records:
        listed = platform.lists.find(list_of(record_id))
        record = None if listed is None else platform.records.by_id(listed, record_id)
        if listed is not None and record is not None:
            yield _recipient(listed, record)


def _members(platform: AccountState, list_id: str) -> Iterator[Recipient]:
    listed = platform.lists.find(list_id)
    if listed is not None:
        for chunk in platform.records.chunks(listed):
            yield from (_recipient(listed, record) for record in chunk)


def _recipient(listed: StoredList, record: Record) -> Recipient:
    cells = {column.type: cell for column, cell in zip(listed.columns, record.cells, strict=True)}
    name = " ".join(cells[part] for part in ("FIRSTNAME", "LASTNAME") if cells.get(part))
    return Recipient(listed.id, record.id_in(listed), cells.get("EMAIL", ""), name)
