"""``asyncsdk queue --redis NAME``: shows a queue whose journal is in Redis, and sends what is left in it."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict

from asyncsdk.cli.commands.queue import COUNTS, drain_list
from asyncsdk.cli.exit_codes import Exit, Failure, failure_of
from asyncsdk.cli.open_fleet import open_fleet
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.table import format_table
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.errors import ActOnError, InvalidArgument

if TYPE_CHECKING:
    from asyncsdk.fleet import Fleet
    from asyncsdk.fleet.queue_journal.queue_view import QueueView

__all__ = ["drain_redis_queue", "show_redis_queue"]

OPTION: Final = "--redis"


async def show_redis_queue(terminal: Terminal, name: str) -> int:
    """Show how a queue in Redis stands; gives the exit code."""
    async with open_fleet(OPTION) as fleet:
        view = await _viewed(fleet, name)
    numbers = (f"{number:,}" for number in (view.waiting, view.on_the_way, view.given_up))
    oldest = f"{view.oldest:,.0f} s" if view.oldest else ""
    table = format_table(
        ("queue", "list", "sends", *COUNTS, "oldest"),
        [(view.name, view.list_id, view.sender or "no process", *numbers, oldest)],
        width=terminal.width,
        numbers=COUNTS,
        middle=("sends",),
    )
    terminal.result(_as_json(view), [*table.printed, *([f"trouble: {view.trouble}"] if view.trouble else [])])
    return Exit.DONE


async def drain_redis_queue(terminal: Terminal, name: str) -> int:
    """Send what a queue in Redis holds, or let the process that sends do it, to its end; gives the exit code."""
    go_on = ["asyncsdk", "queue", "drain", OPTION, name]
    async with open_fleet(OPTION) as fleet:
        view = await _viewed(fleet, name)
        if view.sender:
            terminal.notice(f"The rows of the queue {name} are sent by {view.sender}.")
        counts: Mapping[str, int] = {}
        try:
            if view.waiting + view.on_the_way:
                async with open_session(emulator=False) as acton:
                    await acton.identity()  # fails at once, with the reason, if the account may not be asked
                    counts = await drain_list(terminal, acton, view.list_id, fleet.queue_journal(name))
        except asyncio.CancelledError:
            terminal.notice(f"What was not sent is in Redis as before. To go on: {shlex.join(go_on)}")
            raise Failure(Exit.INTERRUPTED, "interrupted", go_on=go_on) from None
        left = await _viewed(fleet, name)
    waiting = left.waiting + left.on_the_way
    told = {key: counts.get(key, 0) for key in ("created", "updated", "upserted", "rejected", "failed", "unknown")}
    saved = told["created"] + told["updated"] + told["upserted"]
    line = f"{saved:,} rows saved, {waiting:,} left, {left.given_up:,} given up."
    terminal.result({**told, "saved": saved, "left": waiting, "given_up": left.given_up}, [line])
    return Exit.SOME_NOT_SAVED if waiting or left.given_up else Exit.DONE


async def _viewed(fleet: Fleet, name: str) -> QueueView:
    try:
        view = await fleet.queue_view(name)
    except InvalidArgument as error:
        raise Failure(Exit.BAD_INPUT, str(error)) from error
    except ActOnError as error:
        raise failure_of(error) from error
    if view is None:
        raise Failure(Exit.BAD_INPUT, f"Redis at {fleet.place} keeps no queue {name}.")
    return view


def _as_json(view: QueueView) -> dict[str, Any]:
    told = asdict(view)
    name, on_their_way = told.pop("name"), told.pop("on_the_way")
    return {"queue": name, **told, "sender": view.sender or None, "on_their_way": on_their_way}
