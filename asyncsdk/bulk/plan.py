"""How a run would be done, before anything is written.

Files cost a few calls, whatever their length; records cost a call each. Seconds are estimates: of the network and
of Act-On's own speed nothing is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, inf
from typing import Final, Literal, TypeAlias

from attrs import frozen

from asyncsdk.bulk.staged import Staged
from asyncsdk.limits import Limits
from asyncsdk.schedule import Durations, PollPolicy

__all__ = ["Plan", "Via", "Way", "plan_of"]

Way: TypeAlias = Literal["records", "upload"]
"""``records``: a call for each row. ``upload``: CSV files that Act-On merges."""

Via: TypeAlias = Literal["auto", "records", "upload"]
"""How to send rows; ``auto`` takes the way that takes less time, if the day's calls allow it."""

EFFICIENCY: Final = 0.94
"""Of the calls that a second allows, what a run makes use of."""

UPLINK: Final = 2_500_000
"""Bytes a second."""

JOB_BASE: Final = 5.0
JOB_ROWS: Final = 2000
"""A job takes so many seconds, and one more for so many rows."""

PATIENCE: Final = 3.0
"""Looks at a job are foreseen up to so many times the seconds that it should take."""

LEARNED: Final = 1.7
AND_MORE: Final = 10
"""What a session has learned of other jobs may make it look so many times as often, and so many times more; no law
of durations between 0.05 and 3,000 seconds was found to do worse."""

HEADINGS: Final = 1
"""Calls that read the list's columns."""


@frozen
class Plan:
    """How rows would be sent; ``print`` it."""

    list_id: str
    via: Way
    rows: int
    """Rows of the input."""

    calls: int
    """Calls of the run at the most, unless calls have to be repeated or a job takes far longer than it should."""

    seconds: float
    """About how long it takes."""

    quota_share: float
    """The share of the day's calls."""

    files: int
    """Files to upload."""

    columns: Mapping[str, str]
    """The input's columns, and the list's headings that they go to."""

    merged: int
    """Rows that will be folded into a later one with the same address."""

    rejected: int
    """Rows that will not be sent, because their address or a value cannot be used."""

    unchanged: int
    """Rows that need no call, as the state file knows."""

    reason: str
    """Why this way."""

    def __str__(self) -> str:
        files = "1 CSV file" if self.files == 1 else f"{self.files:,} CSV files"
        way = files if self.via == "upload" else "a call for each row"
        lines = [
            f"{self.rows:,} rows into {self.list_id}, by {way}: {self.reason}",
            f"  calls    at most {self.calls:,} ({self.quota_share:.1%} of a day's)",
            f"  time     about {_duration(self.seconds)}",
        ]
        if self.merged:
            lines.append(f"  repeats  {_rows(self.merged)} folded into a later row with the same address")
        if self.rejected:
            lines.append(
                f"  rejects  {_rows(self.rejected)} left out, because the address or a value cannot be used"
            )
        if self.unchanged:
            lines.append(f"  state    {_rows(self.unchanged)} left out, because the list was told the same before")
        width = max(map(len, self.columns), default=0)
        lines += [f"  column   {name:<{width}} -> {heading}" for name, heading in self.columns.items()]
        return "\n".join(lines)


def plan_of(staged: Staged, via: Via, limits: Limits, calls_left: int, polling: PollPolicy) -> Plan:
    """The plan for rows that are ready to be sent."""
    rows_to_send = staged.to_send
    by_record = rows_to_send, rows_to_send / (limits.calls_per_second * EFFICIENCY)
    by_upload = _upload_cost(staged, limits, polling)
    if via == "auto":
        way, reason = _choice(by_record, by_upload, calls_left)
    else:
        way, reason = via, "as asked for"
    calls, seconds = by_record if way == "records" else by_upload
    headings = staged.shape.headings
    return Plan(
        staged.shape.list_id,
        way,
        staged.rows,
        HEADINGS + calls,
        seconds,
        (HEADINGS + calls) / limits.calls_per_day if limits.calls_per_day else inf,
        len(staged.files) if way == "upload" else 0,
        {name: headings[place] for name, place in staged.places.items()},
        staged.merged,
        staged.rejected,
        staged.unchanged,
        reason,
    )


def _upload_cost(staged: Staged, limits: Limits, polling: PollPolicy) -> tuple[int, float]:
    calls, seconds = len(staged.single), len(staged.single) / (limits.calls_per_second * EFFICIENCY)
    for file in staged.files:
        job = JOB_BASE + file.rows / JOB_ROWS
        upload, rejects = 1, 1
        calls += upload + rejects + looks(job * PATIENCE, polling)
        seconds += file.size / UPLINK + job
    return calls, seconds


def looks(seconds: float, polling: PollPolicy) -> int:
    """How often a job is looked at, at the most, if it takes so long."""
    durations, age, count = Durations(), 0.0, 0
    while age < seconds:
        age = durations.next_look(age, polling, polling.price)
        count += 1
    return ceil(LEARNED * count) + AND_MORE


def _choice(by_record: tuple[int, float], by_upload: tuple[int, float], calls_left: int) -> tuple[Way, str]:
    if not by_record[0]:
        return "records", "there is nothing to send"
    if by_record[0] > calls_left >= by_upload[0]:
        return "upload", f"a call for each row would need {by_record[0]:,} calls, and {calls_left:,} are left today"
    if by_record[1] <= by_upload[1]:
        return "records", f"so few rows take {_duration(by_record[1])} one by one, a file {_duration(by_upload[1])}"
    return "upload", f"one by one the rows would take {_duration(by_record[1])} and {by_record[0]:,} calls"


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{ceil(seconds)} s"
