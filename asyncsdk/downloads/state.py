"""What is remembered between two runs that ask for what is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Final, cast

from attrs import frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.replacement import Replacement, in_thread

__all__ = ["SEEN", "Mark", "StateFile", "digest"]

SEEN: Final = 10_000
"""How many things are remembered at the most; where there are more, none are, and some will be given again."""

_VERSION: Final = 1


@frozen
class Mark:
    """How far the last run got that was read to its end."""

    time: datetime
    """Before its first call, by the server's clock."""

    seen: frozenset[str]
    """What it saw, as digests, as far as the next run may see it again."""


class StateFile:
    """A small JSON file, readable to its owner only, that belongs to one question.

    Args:
        path: the file; made on the first run.
        question: what the runs ask.
    """

    def __init__(self, path: str | PathLike[str], question: Mapping[str, Any]) -> None:
        self._path = Path(path)
        self._question = dict(question)

    async def load(self) -> Mark | None:
        """What the last run left; None before the first.

        Raises:
            InvalidArgument: the file is of another question, or no state file.
        """
        text = await in_thread(self._read)
        if text is None:
            return None
        try:
            kept = cast("dict[str, Any]", json.loads(text))
            question, version = kept["question"], kept["version"]
            mark = Mark(datetime.fromisoformat(kept["time"]), frozenset(map(str, kept["seen"])))
        except (ValueError, KeyError, TypeError):
            raise InvalidArgument(f"{self._path} is no state file, or a damaged one.") from None
        if version != _VERSION:
            raise InvalidArgument(f"{self._path} was written by another version of this library.")
        if question != self._question:
            raise InvalidArgument(
                f"{self._path} belongs to runs that ask {_told(question)};"
                f" this one asks {_told(self._question)}. Keep a file for each."
            )
        return mark

    def _read(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    async def save(self, mark: Mark) -> None:
        """Remember it; the file is replaced at once."""
        kept = {
            "version": _VERSION,
            "question": self._question,
            "time": mark.time.isoformat(),
            "seen": sorted(mark.seen),
        }
        with Replacement(self._path) as file:
            await file.write(json.dumps(kept, indent=1).encode())
            await file.settle()
            file.commit()


def _told(question: object) -> str:
    return json.dumps(question, sort_keys=True)


def digest(values: Iterable[object]) -> str:
    """A short name of some values, by which they are known again, and from which they cannot be read."""
    return hashlib.blake2b(repr(tuple(values)).encode(), digest_size=12).hexdigest()
