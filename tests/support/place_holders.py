"""Programs that hold places in an account's limits: real processes, which a test looks at, stops and kills."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["place_holder"]

HOLDS: Final = """
import asyncio, sys
from asyncsdk import FileStore, Lane, Limits

async def main():
    limiter = FileStore(sys.argv[1]).limiter(Limits(calls_per_second=float(sys.argv[2])))
    callers = [asyncio.create_task(limiter.acquire(Lane[lane])) for lane in sys.argv[3:]]
    await asyncio.sleep(0)
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
"""Calls that are never sent keep their places, as long as their process lives."""


@contextmanager
def place_holder(
    folder: Path, token_file: Path, lanes: Sequence[str], *, name: str = "holder", calls_per_second: float = 5
) -> Iterator[subprocess.Popen[str]]:
    """A process whose calls have places in these limits, or wait for them; killed when the test is over.

    Args:
        folder: where its program is written.
        token_file: whose limits.
        lanes: a call waits in each, by its name.
        name: of the program.
        calls_per_second: what it is told that the account is allowed.
    """
    program = folder / f"{name}.py"
    program.write_text(HOLDS)
    command = [sys.executable, str(program), str(token_file), str(calls_per_second), *lanes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
