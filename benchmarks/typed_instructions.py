"""Instructions of a typed call, counted by valgrind's cachegrind: the same number whatever else the machine does.

A process imports all clients, makes some calls of each, and forks a child for each measurement; a child makes some
calls first and then those that count. The count of a child that makes none is subtracted. Valgrind follows the
children and tells each one's count when it ends. Run by ``instructions``, in valgrind, as a program of its own.

A session writes its counts to the store a second after a call. In valgrind a second holds about thirty calls, not
thousands, so each would carry a hundred times too much of it: it is put off until the session is closed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import astuple, frozen

from benchmarks.json_choice import choose_json
from benchmarks.loopback import serving
from benchmarks.table import Row
from benchmarks.typed_clients import CLIENTS, GOALS, OURS, Call

__all__ = ["instructions"]

WARM_UP: Final = 20
"""Calls that each child makes first."""

SYNC_DELAY: Final = 86_400.0
"""Seconds from a call to its writing into the store, in the place of ``asyncsdk.session.DELAY``."""

VARIANTS: Final = ("raw", "typed")
CONCURRENCY: Final = (1, 10)
COUNTED: Final = re.compile(r"I\s+refs:\s+([\d,]+)")


@frozen
class Measurement:
    """What one child does."""

    client: str
    variant: str
    calls: int
    concurrency: int


async def make(url: str, wanted: Measurement) -> None:
    """Open a client and make its calls."""
    async with CLIENTS[wanted.client](url) as pair:
        call = pair.raw if wanted.variant == "raw" else pair.typed

        async def some(calls: int, concurrency: int) -> None:
            await asyncio.gather(*(repeat(call, calls // concurrency) for _ in range(concurrency)))

        await some(WARM_UP, max(CONCURRENCY))  # and opens as many connections as are needed
        await some(wanted.calls, wanted.concurrency)


async def repeat(call: Call, times: int) -> None:
    """Make so many calls, one after another."""
    for _ in range(times):
        await call()


def fork(url: str, wanted: Measurement) -> int:
    """Do it in a child; gives its process id when it has ended."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(make(url, wanted))
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
    return child


def measurements(names: Sequence[str], calls: int) -> list[Measurement]:
    """All that are needed: without calls, and with so many, one and ten at a time."""
    return [
        Measurement(name, variant, *how)
        for name in names
        for variant in VARIANTS
        for how in ((0, 1), *((calls, concurrency) for concurrency in CONCURRENCY))
    ]


def put_off_synchronization() -> None:
    """Set the delay of all sessions of this process and its children to ``SYNC_DELAY``."""
    from asyncsdk import session  # not before the JSON library is chosen

    names = vars(session)
    assert "DELAY" in names
    names["DELAY"] = SYNC_DELAY


def main() -> None:
    """Make all measurements in children, and print which child did what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("json")
    parser.add_argument("calls", type=int)
    parser.add_argument("names", nargs="+")
    chosen = parser.parse_args()
    choose_json(chosen.json)
    put_off_synchronization()
    wanted = measurements(chosen.names, chosen.calls)
    for each in wanted:
        if each.calls == 0:
            asyncio.run(make(chosen.url, each))
    gc.collect()
    gc.freeze()  # so that no child looks through what was imported, some of them once more than others
    print(json.dumps({fork(chosen.url, each): astuple(each) for each in wanted}))


def instructions(names: Sequence[str], library: str, *, calls: int) -> list[Row]:
    """Instructions a call, of the clients and of their raw calls.

    Args:
        names: of clients.
        library: ``orjson`` or ``stdlib``, for asyncsdk.
        calls: how many are counted, of each.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise SystemExit("valgrind is not installed; Debian's package is called valgrind.")
    return _rows(_counted(valgrind, names, library, calls), names, library)


def _counted(valgrind: str, names: Sequence[str], library: str, calls: int) -> dict[tuple[str, str, int], float]:
    """Instructions a call, by client, variant and calls at a time."""
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        command = [valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        command += [f"--log-file={folder}/%p", sys.executable, "-m", "benchmarks.typed_instructions"]
        command += [url, library, str(calls), *names]
        told = subprocess.run(  # noqa: S603
            command, check=True, stdout=subprocess.PIPE, env={**os.environ, "PYTHONHASHSEED": "0"}
        )
        children: Mapping[str, tuple[str, str, int, int]] = json.loads(told.stdout)
        totals = {
            Measurement(*did): _total((Path(folder) / child).read_text("utf-8")) for child, did in children.items()
        }
    return {
        (each.client, each.variant, each.concurrency): (
            (total - totals[Measurement(each.client, each.variant, 0, 1)]) / calls
        )
        for each, total in totals.items()
        if each.calls
    }


def _total(log: str) -> int:
    counted = COUNTED.search(log)
    assert counted is not None, log
    return int(counted[1].replace(",", ""))


def _rows(found: Mapping[tuple[str, str, int], float], names: Sequence[str], library: str) -> list[Row]:
    table: list[Row] = []
    for concurrency in CONCURRENCY:
        where = f"c={concurrency}, {library}"
        for name in names:
            raw, typed = (found[name, variant, concurrency] for variant in VARIANTS)
            if name == OURS:
                table.append(Row(f"raw aiohttp, {where}: instructions", raw))
                table.append(Row(f"typed call, {where}: instructions", typed))
                goal = GOALS[concurrency, library]
                table.append(Row(f"typed / raw, {where}: instructions", typed / raw, goal=goal, limit=1.15))
            else:
                table.append(Row(f"{name} / its own raw call, {where}: instructions", typed / raw))
    return table


if __name__ == "__main__":
    main()
