"""Made lists: the record on disk of the lists that a probe makes, so that they are removed though it is killed.

A run has a file of its own, ``probe-….jsonl``, and holds it locked for as long as it lives. A line is on the disk
before a list is asked for, and one when its id is known. What is removed later is known by these ids alone; a list
of which no id was told is never searched for by its name, but told to the user.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self, cast

from attrs import evolve, frozen

from asyncsdk.files.disk_errors import store_errors
from asyncsdk.files.file_lock import lock_functions

__all__ = ["MadeList", "MadeLists"]

LONGEST: Final = 1 << 20
"""Bytes that are read of a file; a run writes a few hundred."""

_FILE: Final = re.compile(r"probe-[0-9a-f]{16}\.jsonl")
_PRINTABLE: Final = re.compile(r"[ -~]{1,200}")


@frozen
class MadeList:
    """A list that was asked for, and is not removed yet."""

    name: str
    """Its name, which no other list has."""

    list_id: str = ""
    """Its id; empty while it is not known."""

    job_id: str = ""
    """The id of the job that creates it, where it is created from a file."""


class MadeLists:
    """Record of one run. ``close`` it in any case.

    Args:
        path: its file.
        handle: the file, open and locked; it is closed here.
        account: which account the lists are in.
    """

    def __init__(self, path: Path, handle: int, account: str) -> None:
        self._path = path
        self._handle = handle
        self.account: str = account
        self._left: dict[str, MadeList] = {}

    @classmethod
    def begin(cls, folder: Path, account: str) -> Self:
        """Begin the record of a new run, in the folder for the state of programs.

        Args:
            folder: the folder.
            account: which account the lists are in.

        Raises:
            StoreFailed: it cannot be written.
        """
        with store_errors(f"The record of made lists in {folder}"):
            try_lock, _ = lock_functions()
            while True:
                path = folder / f"probe-{secrets.token_hex(8)}.jsonl"
                handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
                record = cls(path, handle, account)
                if try_lock(handle) and os.fstat(handle).st_nlink:
                    record._write({"account": account})
                    return record
                os.close(handle)  # it was taken for one of a killed run before it was locked

    @classmethod
    def left_behind(cls, folder: Path) -> Generator[Self]:
        """The records of runs that were killed, each locked; the next is given when this one is closed.

        Raises:
            StoreFailed: one cannot be read.
        """
        with store_errors(f"The folder {folder}"):
            try_lock, _ = lock_functions()
            paths = sorted(path for path in folder.iterdir() if _FILE.fullmatch(path.name))
        for path in paths:
            with store_errors(f"The record of made lists {path}"):
                try:
                    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW)
                except FileNotFoundError:  # another probe has finished it meanwhile
                    continue
                if not try_lock(handle):  # its run lives
                    os.close(handle)
                    continue
                record = cls(path, handle, "")
                record._read()
            try:
                yield record
            finally:
                record.close()

    @property
    def left(self) -> tuple[MadeList, ...]:
        """Lists that are not removed yet, in the order in which they were made."""
        return tuple(self._left.values())

    def asked(self, name: str) -> None:
        """Note that a list is about to be asked for.

        Raises:
            StoreFailed: it cannot be noted, so nothing may be made.
        """
        self._note({"asked": name})

    def begun(self, name: str, job_id: str) -> None:
        """Note the id of the job that creates a list."""
        self._note({"asked": name, "job": job_id})

    def made(self, name: str, list_id: str) -> None:
        """Note the id of a list."""
        self._note({"asked": name, "list": list_id})

    def removed(self, name: str) -> None:
        """Note that a list is not there any more, or never was."""
        self._note({"removed": name})

    def close(self) -> None:
        """Let go of the file, which is removed if nothing is left of the run."""
        if self._handle < 0:
            return
        if not self._left:
            with suppress(OSError):  # a record of nothing does no harm
                self._path.unlink(missing_ok=True)
        os.close(self._handle)
        self._handle = -1

    def _note(self, line: dict[str, str]) -> None:
        self._apply(line)
        with store_errors(f"The record of made lists {self._path}"):
            self._write(line)

    def _write(self, line: dict[str, str]) -> None:
        os.write(self._handle, f"{json.dumps(line)}\n".encode())
        os.fsync(self._handle)

    def _read(self) -> None:
        """Read what another run wrote; the last line of one that was killed may be half."""
        text = os.pread(self._handle, LONGEST, 0).decode("ascii", "replace")
        for line in text.splitlines():
            with suppress(ValueError, RecursionError):
                told: Any = json.loads(line)
                if isinstance(told, dict):
                    self._apply(cast("Mapping[str, object]", told))

    def _apply(self, line: Mapping[str, object]) -> None:
        self.account = _text(line, "account") or self.account
        name = _text(line, "asked")
        if name:
            known = self._left.get(name, MadeList(name))
            list_id, job_id = _text(line, "list") or known.list_id, _text(line, "job") or known.job_id
            self._left[name] = evolve(known, list_id=list_id, job_id=job_id)
        self._left.pop(_text(line, "removed"), None)


def _text(line: Mapping[str, object], key: str) -> str:
    """A text under a key; empty if there is none, or one that was not written here."""
    value = line.get(key)
    return value if isinstance(value, str) and _PRINTABLE.fullmatch(value) else ""
