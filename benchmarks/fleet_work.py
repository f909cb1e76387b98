"""What becomes of work whose processes die or stand still: one queue, bulk runs and tasks of several processes.

Real processes are killed with SIGKILL and frozen with SIGSTOP. A queue of eight web processes is compared to a
queue of one process with the same puts in the same time; bulk runs to one that nothing happens to; tasks of the
broker here to those of taskiq-redis's own; and ``put`` into a shared journal to ``put`` into a file of the same
process. What is compared runs side by side.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from typing import Final

from benchmarks.report import Report, arguments, reporting
from benchmarks.table import Row
from benchmarks.work_homes import HOMES
from benchmarks.work_put import CONTROL, OWN, percentile, put_milliseconds
from benchmarks.work_queue import QueueOutcome, QueueRun, queue_outcomes
from benchmarks.work_queue_faults import dead_redis, freezes, kills, kills_of_any, restarts
from benchmarks.work_runs import RunOutcome, all_endings, run_outcomes, unharmed
from benchmarks.work_tasks import TASKS, LongTask, TaskOutcome, killed_workers, long_task

PARTS: Final = ("queue", "runs", "tasks", "put")

A_DAY: Final = 30_000
"""Calls that Act-On lets through in a day."""

TAKE_OVER: Final = 10.0
"""Seconds in which another process sends."""


def show_queue(report: Report, homes: Sequence[str], seconds: float) -> None:
    """Eight web processes with one queue, next to one process."""
    for home in homes:
        runs = [QueueRun(home, seconds), QueueRun(home, seconds, kills), QueueRun(home, seconds, freezes)]
        own, *found = asyncio.run(queue_outcomes([QueueRun("own", seconds), *runs]))
        table = [Row("one process: puts", own.puts), Row("one process: uploads", own.uploads)]
        for run, outcome in zip(runs, found, strict=True):
            table += _queue(_name(run, outcome), outcome, own)
        report.show(f"Eight web processes with one queue, by {home}: {seconds:g} s", table)


def show_control(report: Report, seconds: float) -> None:
    """What must fail: each process has a queue of its own without a journal, and loses what it holds."""
    runs = [QueueRun("own", seconds), QueueRun("memory", seconds, kills_of_any, patience=20.0)]
    own, found = asyncio.run(queue_outcomes(runs))
    what = f"eight queues in memory, {found.kills} kills (control)"
    table = [
        Row(f"{what}: rows lost", found.lost),
        Row(f"{what}: uploads / one process's", _ratio(found.uploads, own.uploads)),
    ]
    report.show(f"Eight web processes with eight queues: {seconds:g} s", table)


def show_endings(report: Report, homes: Sequence[str], seconds: float) -> None:
    """The same with a deploy again and again, and with a Redis that is dead for some seconds."""
    for home in homes:
        runs = {"deployed again and again": QueueRun(home, seconds, restarts)}
        if home == "redis":
            runs["Redis dead for 5 s, again and again"] = QueueRun(home, seconds, dead_redis)
        own, *found = asyncio.run(queue_outcomes([QueueRun("own", seconds), *runs.values()]))
        table: list[Row] = []
        for what, outcome in zip(runs, found, strict=True):
            table += _queue(f"{home}, {what}, {outcome.restarts or outcome.kills} times", outcome, own)
        report.show(f"Eight web processes with one queue, by {home}: {seconds:g} s", table)


def show_pace(report: Report, homes: Sequence[str], seconds: float) -> None:
    """The same with the calls of a day that Act-On lets through, with which a queue is sparing."""
    for home in homes:
        runs = [QueueRun(home, seconds, faults, A_DAY) for faults in (None, kills)]
        own, *found = asyncio.run(queue_outcomes([QueueRun("own", seconds, None, A_DAY), *runs]))
        table = [Row("one process: uploads", own.uploads)]
        for run, outcome in zip(runs, found, strict=True):
            table += [
                Row(f"{_name(run, outcome)}: rows lost", outcome.lost, goal=0),
                Row(f"{_name(run, outcome)}: uploads / one process's", _ratio(outcome.uploads, own.uploads)),
                Row(f"{_name(run, outcome)}: calls / one process's", _ratio(outcome.calls, own.calls)),
            ]
        report.show(f"The same by {home}, {A_DAY:,} calls a day: {seconds:g} s", table)


def _name(run: QueueRun, outcome: QueueOutcome) -> str:
    happens = f"{outcome.kills} kills" if outcome.kills else f"{outcome.freezes} freezes"
    return f"{run.kind}, {happens if run.faults is not None else 'undisturbed'}"


def _queue(what: str, outcome: QueueOutcome, own: QueueOutcome) -> list[Row]:
    table = [
        Row(f"{what}: puts", outcome.puts),
        Row(f"{what}: longest put, but for the first and where it was frozen", outcome.longest, "s"),
        Row(f"{what}: puts that raised", len(outcome.refused), goal=0),
        Row(f"{what}: rows lost", outcome.lost, goal=0),
        Row(f"{what}: older over newer", outcome.older, goal=0),
        Row(f"{what}: uploads / one process's", _ratio(outcome.uploads, own.uploads), goal=1.2, limit=1.5),
        Row(f"{what}: calls / one process's", _ratio(outcome.calls, own.calls)),
        Row(f"{what}: 429s", outcome.throttled),
        Row(f"{what}: processes that failed", len(outcome.failed), goal=0),
    ]
    if outcome.took_over:
        median, longest = statistics.median(outcome.took_over), max(outcome.took_over)
        table += [
            Row(f"{what}: another one sends after, median", median, "s"),
            Row(f"{what}: another one sends after, longest", longest, "s", goal=TAKE_OVER),
        ]
    _tell_errors(what, [*outcome.refused, *outcome.failed])
    return table


def show_runs(report: Report, *, quick: bool) -> None:
    """Bulk runs that are ended at each write of their journal."""
    whole = asyncio.run(unharmed())
    outcomes = asyncio.run(run_outcomes(all_endings(whole.copies, quick=quick)))
    killed = [each for each in outcomes if not each.is_freeze and each.was_ended]
    frozen = [each for each in outcomes if each.is_freeze and each.was_ended]
    table = [Row("untouched: files", whole.accepted), Row("untouched: copies of the journal", whole.copies)]
    for what, found in (("killed", killed), ("frozen, and woken later", frozen)):
        table += _runs(what, found, whole)
    told = sum(each.was_told for each in frozen)
    table.append(Row("woken: told that another has the run", told, goal=len(frozen), better="more"))
    table.append(Row("runs that came to their end before the fault", len(outcomes) - len(killed) - len(frozen)))
    report.show("Bulk runs with their journal in Redis, taken up in another folder", table)


def _runs(what: str, found: Sequence[RunOutcome], whole: RunOutcome) -> list[Row]:
    calls = [_ratio(each.calls, whole.calls) for each in found] or [0.0]
    twice = [each for each in found if each.accepted != whole.accepted]
    for each in found:
        if each.lost or each.unknown or each in twice:
            print(f"  {each}")
    return [
        Row(f"{what}: runs", len(found)),
        Row(f"{what}: files accepted twice", sum(each.accepted - whole.accepted for each in twice), goal=0),
        Row(f"{what}: rows lost", sum(each.lost for each in found), goal=0),
        Row(f"{what}: rows unknown or failed in the report", sum(each.unknown for each in found), goal=0),
        Row(f"{what}: calls / an untouched run's, median", statistics.median(calls)),
        Row(f"{what}: calls / an untouched run's, most", max(calls)),
    ]


def show_tasks(report: Report) -> None:
    """Tasks whose workers are killed, and one that is longer than the idle time."""

    async def found() -> tuple[TaskOutcome, TaskOutcome, LongTask, LongTask]:
        return await asyncio.gather(
            killed_workers(stock=False), killed_workers(stock=True), long_task(stock=False), long_task(stock=True)
        )

    own, stock, own_long, stock_long = asyncio.run(found())
    table = [
        *_tasks("DurableBroker", own, own_long, judged=True),
        *_tasks("RedisStreamBroker (control)", stock, stock_long, judged=False),
    ]
    report.show(f"{TASKS} tasks, two of four workers killed; a task three times as long as the idle time", table)


def _tasks(what: str, killed: TaskOutcome, long: LongTask, *, judged: bool) -> list[Row]:
    all_of_them, once, none = (float(TASKS), 1.0, 0.0) if judged else (None, None, None)
    return [
        Row(f"{what}: results", killed.results, goal=all_of_them, better="more"),
        Row(f"{what}: run again, of those that killed workers had", killed.again),
        Row(f"{what}: run again, of the others", killed.twice, goal=none),
        Row(f"{what}: left in the stream", killed.left, goal=none),
        Row(f"{what}: last result after the kills", killed.seconds, "s"),
        Row(f"{what}: times that the long task ran", long.begun, goal=once),
        Row(f"{what}: left in its stream", long.left, goal=none),
    ]


def show_put(report: Report, homes: Sequence[str], seconds: float) -> None:
    """What a web process waits for its puts."""
    taken = asyncio.run(put_milliseconds(homes, seconds))
    own = {percent: percentile(taken[OWN], percent) for percent in (50, 99)}
    table = [Row(f"a file of its own: p{percent}", own[percent], "ms") for percent in own]
    table.append(Row("puts into each", len(taken[OWN])))
    for kind in (CONTROL, *homes):
        for percent, value in own.items():
            ratio = _ratio(percentile(taken[kind], percent), value)
            is_judged = kind != CONTROL and percent == 99
            what = "a second file of its own (control)" if kind == CONTROL else f"shared by {kind}"
            goal, limit = (2.0, 4.0) if is_judged else (None, None)
            table.append(Row(f"{what}: p{percent} / a file's", ratio, goal=goal, limit=limit))
    report.show(f"put() in eight web processes: {seconds:g} s", table)


def _ratio(value: float, of: float) -> float:
    return value / max(of, 1e-9)


def _tell_errors(what: str, errors: Sequence[str]) -> None:
    for error in sorted(set(errors))[:5]:
        print(f"  {what}: {error}")


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a minute or two, too short to judge by")
    parser.add_argument("--seconds", type=float, default=200.0, help="of a queue's run, %(default)g by default")
    parser.add_argument("--home", choices=HOMES, action="append", help="one home only")
    parser.add_argument("--part", choices=PARTS, action="append", help="one part only")
    chosen = parser.parse_args()
    seconds = 30.0 if chosen.quick else chosen.seconds
    homes, parts = chosen.home or HOMES, chosen.part or PARTS
    with reporting("fleet_work", chosen, part=bool(chosen.home or chosen.part)) as report:
        if "queue" in parts:
            show_control(report, min(seconds, 30.0))
            show_queue(report, homes, seconds)
            if not chosen.quick:
                show_endings(report, homes, seconds / 2)
                show_pace(report, homes, seconds / 2)
        if "runs" in parts:
            show_runs(report, quick=chosen.quick)
        if "tasks" in parts:
            show_tasks(report)
        if "put" in parts:
            show_put(report, homes, min(seconds, 60.0))


if __name__ == "__main__":
    main()
