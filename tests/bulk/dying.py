"""A program that makes a bulk run, and dies on the way where it is told to. It is run by ``test_killed``."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asyncsdk import CLEAR, Limits, PollPolicy, Session
from asyncsdk.bulk.execution import reconcile as looking
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.uploads.rejects import Rejects

LIST = "l-0001"


def rows(kind: str) -> list[dict[str, Any]]:
    """The input: long enough for a file to have a middle, or a few for single calls."""
    count, note = (1500, "x" * 400) if kind == "upload" else (30, "")
    made: list[dict[str, Any]] = [
        {"Email": f"user{n}@example.com", "City": "Rome", "Note": note} for n in range(count)
    ]
    made += [{"Email": f"user{n}@example.com", "City": "Oslo"} for n in range(3)]
    made += [{"Email": f"old{n}@example.com", "City": CLEAR} for n in range(2)]
    return [*made, {"Email": "nobody"}]


def die(*_: object, **__: object) -> None:
    """Nobody can catch this."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: type[Any], name: str, times: int = 1) -> Callable[[], None]:
    """Die instead of a call of a method; the first ones are let through."""

    def patch() -> None:
        original, left = getattr(owner, name), [times]

        def counted(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            return die() if left[0] == 0 else original(*args, **kwargs)

        setattr(owner, name, counted)

    return patch


def after(owner: type[Any], name: str) -> Callable[[], None]:
    """Die right after a call of a method."""

    def patch() -> None:
        original = getattr(owner, name)

        def last(*args: Any, **kwargs: Any) -> Any:
            original(*args, **kwargs)
            die()

        setattr(owner, name, last)

    return patch


POINTS: dict[str, Callable[[], None]] = {
    "before it is known what is sent": before(Journal, "lay_out"),
    "before the upload": after(Journal, "sending"),
    "in the middle of the upload": before(Journal, "sent"),
    "after its last piece was written down": after(Journal, "sent"),
    "after acceptance, before the journal knows": before(Journal, "accepted"),
    "while pending": after(Journal, "accepted"),
    "while fetching rejects": before(Rejects, "add", 3),
    "before the outcome of a file is written down": before(Journal, "ended"),
    "after a few records": before(Journal, "record", 2),
    "after a refusal was written down": after(Journal, "refused"),
    "after rows were found missing": after(Journal, "resend"),
    "while they are sent again": before(Journal, "sent"),
    "before the end is written down": before(Journal, "finish"),
}


async def main(url: str, kind: str, journal: str) -> None:
    """Make the run."""
    looking.FIRST_PAUSE, looking.PATIENCE, looking.LONG = 0.2, 1.0, 0.0  # type: ignore[misc]
    polling, limits = PollPolicy(min_gap=0.05, price=0.05), Limits(calls_per_second=60)
    async with Session(token=os.environ["TOKEN"], base_url=url, polling=polling, limits=limits) as acton:
        via: Any = kind
        report = await acton.bulk.upsert(LIST, rows(kind), via=via, journal=Path(journal))
    outcomes = ("rows", "created", "updated", "merged", "rejected", "failed", "unknown")
    print(json.dumps({name: getattr(report, name) for name in outcomes} | {"named": len(report.rejects)}))


if __name__ == "__main__":
    if point := os.environ.get("DIE"):
        POINTS[point]()
    asyncio.run(main(*sys.argv[1:]))
