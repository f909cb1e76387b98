"""Changes of the account: which parts of it are others than at the last look."""

from __future__ import annotations

from collections.abc import Mapping

from asyncsdk.emulator.account import EmulatedAccount

__all__ = ["Changes"]

_PARTS: Mapping[str, tuple[str, ...]] = {
    "lists": ("lists", "columns", "records"),
    "suppressions": ("suppressed",),
    "jobs": ("jobs",),
    "rejected-files": ("rejects",),
    "messages": ("messages", "launches", "deliveries", "reactions"),
    "transactional": ("transactional_mails",),
    "events": ("events", "event_sets"),
    "custom-data": ("object_schemas", "object_datasets", "object_rows"),
}
"""The tables of each part; parts are named as their endpoints are."""


class Changes:
    """Compares the account with how it was at the last look; a look costs next to nothing."""

    def __init__(self, account: EmulatedAccount) -> None:
        self._account = account
        self._marks = self._look()

    def parts(self) -> list[str]:
        """The parts that may be others than at the last look, such as ``lists`` and ``faults``."""
        before, self._marks = self._marks, self._look()
        return [part for part, mark in self._marks.items() if mark != before[part]]

    def _look(self) -> dict[str, object]:
        """A value for each part, which is another one when the part may be another one."""
        account = self._account
        tables = account.platform.store.changes
        marks: dict[str, object] = {part: [tables[name] for name in names] for part, names in _PARTS.items()}
        # Jobs go on with the clock alone, too.
        marks["jobs"] = (marks["jobs"], account.platform.jobs.ages())
        # Not the entries: one may be added and used up between two looks, and somebody may have seen it.
        marks["faults"] = account.faults.changes
        # How many calls were forgotten on purpose.
        marks["calls"] = account.calls.total - account.calls.counts.calls
        return marks
