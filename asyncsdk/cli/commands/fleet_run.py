"""Run in a fleet: ``asyncsdk upsert --run NAME``, with its journal in Redis, so that any machine can go on."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable, Sequence

from asyncsdk.bulk import BulkReport, ReportUnwritten, RunInUse, VaultJournal
from asyncsdk.bulk.run_layout import JournalConflict
from asyncsdk.cli.exit_codes import Exit, Failure, failure_of
from asyncsdk.cli.open_fleet import open_fleet
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
        async with open_fleet("--run") as fleet:
            return await send(fleet.run_journal(name))
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
