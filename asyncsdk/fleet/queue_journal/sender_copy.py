"""Sender's copy: what the sender of a queue knows to be in Redis, to write it again into one that was emptied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from asyncsdk.fleet.queue_journal.changes import Change, Command, keep_rows, put_fields, wait_for
from asyncsdk.fleet.queue_journal.codec import tickets_of
from asyncsdk.fleet.queue_journal.keys import HELD, KEPT, MARKS, META, UNSAVED

__all__ = ["SenderCopy"]

_HASHES: Final = (META, KEPT, MARKS, HELD, UNSAVED)


class SenderCopy:
    """The fields of the hashes; rows are in it as they would be written again."""

    def __init__(self) -> None:
        self._hashes: dict[int, dict[str, str]] = {key: {} for key in _HASHES}

    def __getitem__(self, key: int) -> dict[str, str]:
        """The fields of one hash."""
        return self._hashes[key]

    def apply(self, commands: Iterable[Command]) -> None:
        """Do what commands do."""
        for name, key, *more in commands:
            fields = self._hashes.get(key) if isinstance(key, int) else None
            if fields is None:
                continue
            if name == "HSET":
                fields.update(zip(map(str, more[::2]), map(str, more[1::2]), strict=True))
            elif name == "HDEL":
                for each in more:
                    fields.pop(str(each), None)

    def restoring(self, term: str) -> list[Change]:
        """The changes that write all of it again; the last one lets the sender go on, by the name of its lease."""
        rows = self._hashes[KEPT]
        parts = [
            keep_rows(rows),
            wait_for([ticket for row in rows.values() for ticket in tickets_of(row)]),
            *(put_fields(key, self._hashes[key]) for key in (MARKS, HELD, UNSAVED)),
            put_fields(META, {**self._hashes[META], "term": term}),
        ]
        return [Change(commands) for commands in parts if commands]
