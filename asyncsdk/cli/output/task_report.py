"""Report of queues of tasks and of their dead letters, as text and as JSON; it shows no argument of a task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from attrs import frozen

from asyncsdk.cli.output.cells import cut
from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.table import format_table

__all__ = ["LetterLook", "QueueLook", "letter_json", "letter_lines", "queue_json", "queue_lines"]

HEADINGS: Final = ("tasks", "waiting", "running", "delayed", "next in", "dead letters")

LETTER_HEADINGS: Final = ("dead letter", "since", "task", "runs", "error")

SHORT: Final = 50
"""Cells of a name that are shown."""


@frozen
class QueueLook:
    """Look at one queue of tasks."""

    queue: str
    waiting: int
    running: int
    delayed: int
    due_in: float | None
    dead_letters: int


@frozen
class LetterLook:
    """Look at one dead letter."""

    id: str
    task: str | None
    kind: str
    story: str
    runs: int
    put_at: float
    died_at: float | None


def queue_json(look: QueueLook) -> dict[str, Any]:
    """A queue for programs."""
    return {
        "queue": look.queue,
        "waiting": look.waiting,
        "running": look.running,
        "delayed": look.delayed,
        "due_in": look.due_in,
        "dead_letters": look.dead_letters,
    }


def queue_lines(looks: Sequence[QueueLook], most: int, width: int | None) -> Iterator[str]:
    """Queues for people: a table; nothing where there is none.

    Args:
        looks: the queues.
        most: how many get a line.
        width: cells of the terminal; None where nothing is to be cut.
    """
    if not looks:
        return
    by_work = sorted(looks, key=lambda each: (-each.dead_letters, -each.waiting, -each.delayed, each.queue))
    shown = sorted(by_work[:most], key=lambda each: each.queue)
    yield from format_table(
        HEADINGS, [_queue_cells(each) for each in shown], width=width, numbers=HEADINGS[1:]
    ).printed
    if len(looks) > len(shown):
        yield f"and {len(looks) - len(shown):,} more queues of tasks"


def _queue_cells(each: QueueLook) -> tuple[str, ...]:
    due = "" if each.due_in is None else f"{each.due_in:,.0f} s"
    numbers = (f"{number:,}" for number in (each.waiting, each.running, each.delayed))
    return (_short(each.queue), *numbers, due, f"{each.dead_letters:,}")


def letter_json(look: LetterLook) -> dict[str, Any]:
    """A dead letter for programs; times are in seconds since 1970."""
    return {
        "id": look.id,
        "task": look.task,
        "error": look.kind,
        "story": look.story,
        "runs": look.runs,
        "put_at": look.put_at,
        "died_at": look.died_at,
    }


def letter_lines(looks: Sequence[LetterLook], width: int | None) -> Iterator[str]:
    """Dead letters for people: a table, and below it the story of each.

    Args:
        looks: the dead letters.
        width: cells of the terminal; None where nothing is to be cut.
    """
    numbers = ("dead letter", "runs")  # an id that is cut is of no use
    yield from format_table(
        LETTER_HEADINGS, [_letter_cells(each) for each in looks], width=width, numbers=numbers
    ).printed
    for each in looks:
        yield f"{each.id}: {each.story}"


def _letter_cells(each: LetterLook) -> tuple[str, ...]:
    task = "unreadable" if each.task is None else _short(each.task)
    return (each.id, _time(each.died_at), task, f"{each.runs:,}", _short(each.kind))


def _short(name: str) -> str:
    return cut(printable(name), SHORT)


def _time(seconds: float | None) -> str:
    try:
        return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, OSError, ValueError):  # what Redis holds may be damaged
        return ""
