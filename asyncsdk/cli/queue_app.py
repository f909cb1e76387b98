"""Command definitions of ``asyncsdk queue``: names, arguments and help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.help_text import reflow_help
from asyncsdk.cli.options import OUTPUT, Output, UserPath
from asyncsdk.cli.signals import run_command
from asyncsdk.cli.startup_signals import end_startup

__all__ = ["queue"]

queue: App = App(
    name="queue", help="Look at the journals of contact queues, or send what dead processes have left there."
)


@queue.command
@reflow_help
def status(
    path: Annotated[UserPath | None, Parameter(name="PATH")] = None,
    /,
    *,
    redis: str | None = None,
    output: Output = OUTPUT,
) -> int:
    """Tell what a journal holds, or each one of a folder, or a queue in Redis; nothing is sent or changed.

    Args:
        path: a journal, or a folder of journals. A program may have it open meanwhile.
        redis: in place of a path: the queue of this name in the Redis at ACTON_REDIS_URL.
    """
    if redis is not None and path is None:
        from asyncsdk.cli.commands.redis_queue import show_redis_queue

        return run_command(show_redis_queue(output.terminal, redis))
    from asyncsdk.cli.commands.queue import show_status

    end_startup()
    return show_status(output.terminal, _only(path, redis))


@queue.command
@reflow_help
def drain(
    path: Annotated[UserPath | None, Parameter(name="PATH")] = None,
    /,
    *,
    redis: str | None = None,
    output: Output = OUTPUT,
) -> int:
    """Send the rows of journals that no process has open, and wait until it is known what became of them.

    Args:
        path: a journal, or a folder of journals.
        redis: in place of a path: the queue of this name in the Redis at ACTON_REDIS_URL.
    """
    if redis is not None and path is None:
        from asyncsdk.cli.commands.redis_queue import drain_redis_queue

        return run_command(drain_redis_queue(output.terminal, redis))
    from asyncsdk.cli.commands.queue import drain as run

    return run_command(run(output.terminal, _only(path, redis)))


def _only(path: Path | None, redis: str | None) -> Path:
    """The path of a journal, where no queue in Redis is named."""
    if path is None or redis is not None:
        raise Failure(Exit.BAD_INPUT, "Give either the path of a journal, or --redis with the name of a queue.")
    return path
