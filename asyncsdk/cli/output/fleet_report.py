"""Report of an account that processes share, as text and as JSON; bounded, however many processes there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import asdict, frozen

from asyncsdk.cli.output.budgets import calls_left, logins_left
from asyncsdk.cli.output.cells import cut
from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.table import format_table
from asyncsdk.cli.output.task_report import QueueLook
from asyncsdk.limits.shared.account_view import AccountView, ProcessView

__all__ = ["AccountLook", "FleetLook", "fleet_json", "fleet_lines"]

IN_JSON: Final = 1_000
"""Processes of an account that are told in JSON at the most."""

LONGEST_NAME: Final = 70
"""Cells of a process's name that are shown."""

INDENT: Final = "  "

HEADINGS: Final = ("process", "seen", "places", "waiting", "note")


@frozen
class AccountLook:
    """Look at one account."""

    title: str
    """Which account, and where its limits are kept."""

    where: Mapping[str, str]
    """The same for programs."""

    view: AccountView | None
    """What was seen; None if there is nothing."""

    trouble: str | None = None
    """Why nothing could be seen now."""


@frozen
class FleetLook:
    """Look at all that was asked for."""

    accounts: Sequence[AccountLook]

    tasks: Sequence[QueueLook] | None = None
    """The queues of tasks in the same Redis; None: nobody can see them here."""


def fleet_json(look: AccountLook) -> dict[str, Any]:
    """A look for programs: the fields of ``AccountView``, and how many processes there are."""
    if look.view is None:
        return {**look.where, "view": None}
    shown = _most_active(look.view.processes, IN_JSON)
    told = asdict(look.view, filter=lambda each, _: each.name != "processes")
    processes = [asdict(each) for each in shown]
    return {**look.where, **told, "number_of_processes": len(look.view.processes), "processes": processes}


def fleet_lines(look: AccountLook, most: int, width: int | None) -> Iterator[str]:
    """A look for people.

    Args:
        look: the look.
        most: processes that get a line.
        width: cells of the terminal; None where nothing is to be cut.
    """
    yield f"{look.title}:"
    if look.trouble is not None:
        yield f"{INDENT}{look.trouble}"
    if look.view is None:
        if look.trouble is None:
            yield f"{INDENT}No process uses it."
        return
    narrower = None if width is None else width - len(INDENT)
    yield from (f"{INDENT}{line}" for line in _account_lines(look.view))
    yield from (f"{INDENT}{line}" for line in _process_lines(look.view.processes, most, narrower))


def _account_lines(view: AccountView) -> Iterator[str]:
    trip = view.shortest_round_trip
    trips = "" if trip is None else f", shortest round trip {_ms(trip)}"
    taken = f"{view.places_taken:,} of {view.places:,} taken in {view.period:g} s"
    yield f"Places: {taken} (margin {_ms(view.margin)}{trips})"
    yield f"Waiting: {_lanes(view.waiting) or 'no call'}"
    yield f"Calls of the last 24 hours: {view.calls_made:,}"
    yield calls_left(view.calls_left, view.calls_reset_in)
    yield logins_left(view.logins_left, view.logins_reset_in)
    if view.paused_for:
        yield f"Pause: no call is let through for {_seconds(view.paused_for)}"


def _process_lines(processes: Sequence[ProcessView], most: int, width: int | None) -> Iterator[str]:
    if not processes:
        yield "No process was seen in the last 30 seconds."
        return
    shown = sorted(_most_active(processes, most), key=lambda each: each.name)
    rows = [
        (
            cut(printable(each.name), LONGEST_NAME, middle=True),
            _seconds(each.seen_ago),
            f"{each.places_taken:,}",
            _lanes(each.waiting),
            _note(each),
        )
        for each in shown
    ]
    columns = len(HEADINGS) if any(row[-1] for row in rows) else len(HEADINGS) - 1
    shown_rows = [row[:columns] for row in rows]
    numbers, middle = ("seen", "places"), ("process",)
    yield from format_table(HEADINGS[:columns], shown_rows, width=width, numbers=numbers, middle=middle).printed
    if len(processes) > len(shown):
        kept = {each.name for each in shown}
        others = [each for each in processes if each.name not in kept]
        places = sum(each.places_taken for each in others)
        waiting = sum(sum(each.waiting.values()) for each in others)
        yield f"and {len(others):,} more processes, with {places:,} places and {waiting:,} calls that wait"
    if any(each.overdue_for is not None for each in processes):
        yield "late: it did not ask when its turn came, so it was killed, stopped or cut off"


def _most_active(processes: Sequence[ProcessView], most: int) -> Sequence[ProcessView]:
    """Those that are overdue, that have places, or whose calls wait, before the others."""
    if len(processes) <= most:
        return processes

    def activity(each: ProcessView) -> tuple[bool, int, int, float]:
        return each.overdue_for is not None, each.places_taken, sum(each.waiting.values()), -each.seen_ago

    return sorted(processes, key=activity, reverse=True)[:most]


def _note(each: ProcessView) -> str:
    notes: list[str] = []
    if each.overdue_for is not None:
        notes.append(f"late for {_seconds(each.overdue_for)}")
    if each.calls_per_second is not None:
        notes.append(f"{each.calls_per_second:g} calls a second")
    return ", ".join(notes)


def _lanes(waiting: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {lane}" for lane, count in waiting.items())


def _ms(seconds: float) -> str:
    return f"{seconds * 1_000:.0f} ms"


def _seconds(seconds: float) -> str:
    return f"{seconds:,.1f} s"
