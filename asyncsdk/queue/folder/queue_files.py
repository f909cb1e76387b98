"""Queue files: what the files of one list's queue are called in a folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from secrets import token_hex
from typing import Final

from asyncsdk.queue.journal_schema import digest

__all__ = ["QueueFiles", "intakes_in", "lead_of", "remove_database", "states_in"]

DIGITS: Final = 8
"""Of the number of a term, so that names sort by it."""

_INTAKE: Final = re.compile(r"(?P<list>[0-9a-f]{16})-[0-9a-f]{16}\.intake")
_TERM: Final = re.compile(r"\.?(?P<queue>[0-9a-f]{16})-(?P<term>[0-9]{8,12})\.(lead|state)")


class QueueFiles:
    """Names of files in a folder.

    Args:
        folder: the folder.
        list_id: the list that the queue is for.
    """

    def __init__(self, folder: Path, list_id: str) -> None:
        self.folder = folder
        self.list_id = list_id
        self._list = digest(list_id)[:16]

    def new_intake(self) -> Path:
        """The intake of a process that opens the queue."""
        return self.folder / f"{self._list}-{token_hex(8)}.intake"

    def intakes(self) -> list[Path]:
        """The intakes of all processes, also of dead ones."""
        found = (_INTAKE.fullmatch(name) for name in _names(self.folder, ".intake"))
        return [self.folder / match[0] for match in found if match is not None and match["list"] == self._list]

    def lead(self, owner: str, term: int) -> Path:
        """The file by which a process has the lead for a term."""
        return self.folder / f".{self._queue(owner)}-{term:0{DIGITS}}.lead"

    def leads(self, owner: str) -> list[tuple[int, Path]]:
        """The terms, and their files; the newest last."""
        return self._terms(f".{self._queue(owner)}-", ".lead")

    def state(self, owner: str, term: int) -> Path:
        """The rows that a term has taken."""
        return self.folder / f"{self._queue(owner)}-{term:0{DIGITS}}.state"

    def states(self, owner: str) -> list[tuple[int, Path]]:
        """The terms that have begun, and their states; the newest last."""
        return self._terms(f"{self._queue(owner)}-", ".state")

    def _queue(self, owner: str) -> str:
        """The queue of a list of one account: every account has a list ``l-0001``."""
        return digest(f"{self.list_id} {owner}")[:16]

    def _terms(self, begin: str, suffix: str) -> list[tuple[int, Path]]:
        found: list[tuple[int, Path]] = []
        for name in _names(self.folder, suffix):
            match = _TERM.fullmatch(name) if name.startswith(begin) else None
            if match is not None:
                found.append((int(match["term"]), self.folder / name))
        return sorted(found)


def _names(folder: Path, suffix: str) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if entry.name.endswith(suffix))


def intakes_in(folder: Path) -> list[Path]:
    """The intakes of all queues in a folder."""
    return [folder / name for name in _names(folder, ".intake") if _INTAKE.fullmatch(name)]


def states_in(folder: Path) -> list[Path]:
    """The newest state of each queue in a folder."""
    newest: dict[str, tuple[int, Path]] = {}
    for name in _names(folder, ".state"):
        if (match := _TERM.fullmatch(name)) is not None:
            found = int(match["term"]), folder / name
            newest[match["queue"]] = max(found, newest.get(match["queue"], found))
    return [path for _, path in newest.values()]


def lead_of(state: Path) -> Path:
    """The file by which a process has the lead for the term of a state."""
    return state.with_name(f".{state.stem}.lead")


def remove_database(path: Path) -> None:
    """Remove a database that nobody writes any more, and what SQLite keeps beside it."""
    for name in (f"{path}-wal", f"{path}-shm", f"{path}-journal", path):
        Path(name).unlink(missing_ok=True)
