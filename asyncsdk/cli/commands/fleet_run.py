"""Run in a fleet: ``asyncsdk upsert --run NAME``, with its journal in Redis, so that any machine can go on."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from asyncsdk.bulk import BulkReport, ReportUnwritten, RunInUse, VaultJournal
from asyncsdk.bulk.run_layout import JournalConflict
from asyncsdk.cli.exit_codes import Exit, Failure, failure_of
from asyncsdk.errors import ActOnError, InvalidArgument

__all__ = ["fleet_run"]


async def fleet_run(
    name: str, again: Sequence[str], send: Callable[[VaultJournal], Awaitable[BulkReport]]
) -> BulkReport:
    """Make a run whose journal is in Redis.

    Args:
        name: the name of the run.
        again: the command that goes on with it.
        send: makes the run with this journal.

    Raises:
        Failure: it ended early, or cannot be made.
    """
    go_on = f"To go on, here or on another machine: {shlex.join(again)}"
    try:
        async with _journal_in_fleet(name) as journal:
            return await send(journal)
    except asyncio.CancelledError:
        raise Failure(Exit.INTERRUPTED, f"interrupted. {go_on}", go_on=again) from None
    except JournalConflict as error:
        how_on = "To go on with it, give its own file and list. To begin anew, say --fresh, which forgets it."
        raise Failure(Exit.BAD_INPUT, f"{error.what} {how_on} Nothing was sent.") from error
    except RunInUse as error:
        raise Failure(Exit.BAD_INPUT, str(error)) from error
    except InvalidArgument as error:
        raise failure_of(error) from error
    except (ActOnError, OSError) as error:
        failure = failure_of(error)
        sent = isinstance(error, ReportUnwritten)
        how_on = f"The same command writes it, and sends nothing again: {shlex.join(again)}" if sent else go_on
        raise Failure(failure.code, f"{failure} {how_on}", go_on=again) from error


@asynccontextmanager
async def _journal_in_fleet(name: str) -> AsyncGenerator[VaultJournal]:
    url = os.environ.get("ACTON_REDIS_URL", "").strip()
    if not url:
        raise Failure(Exit.BAD_INPUT, "--run needs ACTON_REDIS_URL: the journal is kept in that Redis.")
    try:
        from asyncsdk.fleet import Fleet
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise Failure(Exit.BAD_INPUT, '--run needs redis-py: pip install "asyncsdk[fleet]".') from None
    try:
        unopened = Fleet.from_url(url)
    except InvalidArgument as error:
        raise Failure(Exit.BAD_INPUT, f"ACTON_REDIS_URL: {error}") from error
    async with unopened as fleet:
        yield fleet.run_journal(name)
