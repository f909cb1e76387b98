"""Command definitions of ``asyncsdk fleet``: names, arguments and help."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.help_text import reflow_help
from asyncsdk.cli.options import OUTPUT, Output, Switch, UserPath
from asyncsdk.cli.signals import run_command

__all__ = ["fleet"]

fleet: App = App(name="fleet")


@fleet.default
@reflow_help
def show(
    *,
    token_file: UserPath | None = None,
    all_accounts: Annotated[bool, Parameter(name="--all", negative="", show_default=False)] = False,
    once: Switch = False,
    output: Output = OUTPUT,
) -> int:
    """Show the processes that share an account: who waits in which lane, and what is left; no call is made.

    On a terminal it is drawn anew each second until Ctrl-C. The account is that of ACTON_TOKEN_FILE, the one
    that ACTON_ACCOUNT names in the Redis at ACTON_REDIS_URL, or that of the login that is kept. The queues of
    tasks in that Redis are shown, too.

    Args:
        token_file: the token file that the processes share, in place of what the environment names.
        all_accounts: show all accounts of that Redis, 100 at most.
        once: print it once, on a terminal as well.
    """
    from asyncsdk.cli.commands.fleet import show_fleet
    from asyncsdk.cli.output.streams import can_redraw

    live = can_redraw(sys.stdout) and not (once or output.json)
    try:
        return run_command(show_fleet(output.terminal, token_file, all_accounts=all_accounts, live=live))
    except Failure as failure:
        if live and failure.code is Exit.INTERRUPTED:  # that is how watching ends
            return Exit.DONE
        raise


@fleet.command(name="dead-letters")
@reflow_help
def dead_letters(
    queue: Annotated[str, Parameter(name="QUEUE")] = "default",
    /,
    *,
    retry: str | None = None,
    drop: str | None = None,
    most: Annotated[int, Parameter(validator=Number(gte=1, lte=10_000))] = 50,
    output: Output = OUTPUT,
) -> int:
    """Show the tasks of a queue that were given up, newest first, each with its story; or put one again.

    Args:
        queue: the queue of tasks in the Redis at ACTON_REDIS_URL.
        retry: put the task of this dead letter into its queue again, as it was first put.
        drop: forget this dead letter and its task.
        most: how many are shown.
    """
    from asyncsdk.cli.commands.dead_letters import change_letter, show_letters

    if retry is not None and drop is not None:
        raise Failure(Exit.BAD_INPUT, "Give --retry or --drop, not both.")
    if retry is not None:
        return run_command(change_letter(output.terminal, queue, retry, "retry"))
    if drop is not None:
        return run_command(change_letter(output.terminal, queue, drop, "drop"))
    return run_command(show_letters(output.terminal, queue, most))
