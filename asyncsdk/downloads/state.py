"""What is remembered between two runs that ask for what is new."""

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

__all__ = ["SEEN", "Mark", "StateFile", "digest"]

SEEN: Final = 10_000
"""How many things are remembered at the most; where there are more, none are, and some will be given again."""

_VERSION: Final = 1


@frozen
class Mark:
    """How far the last run got that was read to its end."""

    time: datetime
    """Before its first call, by the server's clock."""

    seen: Sequence[str]
    """What it saw, a digest for each, as far as the next run may see it again."""


class StateFile:
    """A small JSON file, readable to its owner only, that belongs to one question to one account.

    Args:
        path: the file; made on the first run.
        question: what the runs ask.
    """

    def __init__(self, path: str | PathLike[str], question: Mapping[str, Any]) -> None:
        self._path = Path(path)
        self._question = dict(question)
        self._account = ""

    async def load(self, identity: Callable[[], Awaitable[str]]) -> Mark | None:
        """What the last run left; None before the first. Nothing is asked of a list before this is known.

        Args:
            identity: tells which account this is; asked last.

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

    def _kept(self, text: bytes) -> tuple[str, Mark]:
        """The account, and where its last run began."""
        try:
            kept = cast("dict[str, Any]", json.loads(text))
            question, version = kept["question"], kept["version"]
            account, time = str(kept["account"]), datetime.fromisoformat(kept["time"])
            mark = Mark(time, tuple(map(str, kept["seen"])))
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

    async def save(self, mark: Mark) -> None:
        """Remember it; the file is replaced at once."""
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
        """Tell in the library's own error that the file cannot be used."""
        try:
            yield
        except OSError as error:
            raise StoreFailed(f"The state file {self._path} cannot be used: {error.strerror or error}.") from error


def _told(question: object) -> str:
    return json.dumps(question, sort_keys=True)


def digest(values: Iterable[object]) -> str:
    """A short name of some values, by which they are known again, and from which they cannot be read."""
    return hashlib.blake2b(repr(tuple(values)).encode(), digest_size=12).hexdigest()
