"""The program of a container: it upserts each file of inbox/ into l-0001, until SIGTERM.

Usage: python inbox_worker.py. It needs ACTON_* variables.
"""

import asyncio
import logging
import signal
from contextlib import suppress
from pathlib import Path

from asyncsdk import ActOnError, Session

INBOX, DONE, ALIVE = Path("inbox"), Path("done"), Path("alive")


def waiting() -> list[Path]:
    """The files that are to be saved."""
    return sorted(INBOX.glob("*.csv"))


def put_away(file: Path, journal: Path) -> None:
    """Each row of the file has an outcome."""
    file.rename(DONE / file.name)
    journal.unlink()


async def save(acton: Session, file: Path) -> None:
    """Save a file's rows; the journal knows how far an earlier start of this program got."""
    journal, rejects = file.with_suffix(".journal"), DONE / f"{file.stem}.rejects.csv"
    report = await acton.bulk.upsert("l-0001", file, journal=journal, rejects=rejects)
    put_away(file, journal)
    logging.info("%s: %d of %d rows were rejected", file.name, report.rejected, report.rows)


async def work() -> None:
    """Take one file after the other."""
    async with Session.from_env() as acton:
        while True:
            for file in waiting():
                try:
                    await save(acton, file)
                except ActOnError as error:
                    logging.warning("%s stays in inbox/: %s", file.name, error)
                    await asyncio.sleep(60)
            await asyncio.sleep(1)


async def beat() -> None:
    """Touch a file each second: it is old if the event loop stands still."""
    while True:
        await asyncio.to_thread(ALIVE.touch)
        await asyncio.sleep(1)


async def serve() -> None:
    """Work, and say so; an error in one ends both."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work())
        tasks.create_task(beat())


async def main() -> None:
    """Serve until SIGTERM; that cancels, so that the session is closed as at any end of ``async with``."""
    logging.basicConfig(level=logging.INFO)
    for folder in (INBOX, DONE):
        folder.mkdir(exist_ok=True)
    serving = asyncio.create_task(serve())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


asyncio.run(main())
