"""State file: what an incremental download remembers between two runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Final, cast

from attrs import frozen

from asyncsdk import clock
from asyncsdk.downloads.server_time import CLOCK_ERROR
from asyncsdk.errors import InvalidArgument, StoreFailed
from asyncsdk.files.atomic_write import AtomicFile, run_to_completion

__all__ = ["MAX_SEEN", "DownloadStateFile", "RunMark", "digest"]

MAX_SEEN: Final = 10_000
"""Digests that are remembered at the most; if there are more, none are kept, and some items are given again."""

_VERSION: Final = 1


@frozen
class RunMark:
    """Position of the last run that was read to its end."""

    time: datetime
    """A time before its first call, by the server's clock."""

    seen: Sequence[str]
    """Digests of the items that the next run may be given again."""


class DownloadStateFile:
    """A small JSON file, readable to its owner only, for one query to one account.

    Args:
        path: the file; made on the first run.
        question: the query of the runs, as JSON values.
    """

    def __init__(self, path: str | PathLike[str], question: Mapping[str, Any]) -> None:
        self._path = Path(path)
        self._question = dict(question)
        self._account = ""

    async def load(self, identity: Callable[[], Awaitable[str]]) -> RunMark | None:
        """The position of the last run; None before the first run. It is read before the first call.

        Args:
            identity: gives the account; called last.

        Raises:
            InvalidArgument: the file is of another question or account, or no state file.
            StoreFailed: it cannot be read or written.
        """
        with self._usable():
            text = await run_to_completion(self._read)
        kept = None if text is None else self._kept(text)
        self._account = await identity()
        if kept is None:
            return None
        account, mark = kept
        if account != self._account:
            raise InvalidArgument(
                f"{self._path} belongs to another account, {account}; this one is {self._account}."
                " Keep a file for each."
            )
        return mark

    def _read(self) -> bytes | None:
        with AtomicFile(self._path):  # whether it can be written is found out before the run, not after it
            pass
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def _kept(self, text: bytes) -> tuple[str, RunMark]:
        """The account, and the position of its last run."""
        try:
            kept = cast("dict[str, Any]", json.loads(text))
            question, version = kept["question"], kept["version"]
            account, time = str(kept["account"]), datetime.fromisoformat(kept["time"])
            mark = RunMark(time, tuple(map(str, kept["seen"])))
            if time.tzinfo is None or time.timestamp() < 0:
                raise ValueError(time)
        except (ValueError, KeyError, TypeError):
            raise InvalidArgument(f"{self._path} is no state file, or a damaged one.") from None
        if version != _VERSION:
            raise InvalidArgument(f"{self._path} was written by another version of this library.")
        if question != self._question:
            raise InvalidArgument(
                f"{self._path} belongs to runs that ask {_told(question)};"
                f" this one asks {_told(self._question)}. Keep a file for each."
            )
        if time.timestamp() > clock.wall() + CLOCK_ERROR:
            raise InvalidArgument(
                f"{self._path} says that the last run began at {time.isoformat()}, which is yet to come:"
                " what changes until then would be skipped. Is this machine's clock right?"
            )
        return account, mark

    async def save(self, mark: RunMark) -> None:
        """Write the position; the file is replaced atomically."""
        kept = {
            "version": _VERSION,
            "account": self._account,
            "question": self._question,
            "time": mark.time.isoformat(),
            "seen": sorted(mark.seen),
        }
        with self._usable(), AtomicFile(self._path) as file:
            await file.write(json.dumps(kept, indent=1).encode())
            await file.settle()
            file.commit()

    @contextmanager
    def _usable(self) -> Generator[None]:
        """Turn errors of the operating system into ``StoreFailed``."""
        try:
            yield
        except OSError as error:
            raise StoreFailed(f"The state file {self._path} cannot be used: {error.strerror or error}.") from error


def _told(question: object) -> str:
    return json.dumps(question, sort_keys=True)


def digest(values: Iterable[object]) -> str:
    """A digest of some values, for deduplication; the values cannot be read from it."""
    return hashlib.blake2b(repr(tuple(values)).encode(), digest_size=12).hexdigest()
