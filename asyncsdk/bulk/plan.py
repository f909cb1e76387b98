"""Plan: how rows would be sent, and what it costs, before anything is written.

Files of any length cost a few calls; records cost a call each.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, inf
from typing import Literal, TypeAlias

from attrs import frozen

from asyncsdk.bulk.cost_estimate import QUESTIONS, Cost, cost_of_records, cost_of_uploads, with_days
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.limits.policy import Limits, Usage

__all__ = ["Plan", "Via", "Way", "duration_text", "plan_of"]

Way: TypeAlias = Literal["records", "upload"]
"""``records``: a call for each row. ``upload``: CSV files that Act-On merges."""

Via: TypeAlias = Literal["auto", "records", "upload"]
"""How to send rows; ``auto`` takes the way that takes less time, the wait for the next day's calls included."""


@frozen
class Plan:
    """Plan of a bulk run: how rows would be sent; ``print`` it."""

    list_id: str
    via: Way
    rows: int
    """Rows of the input."""

    calls: int
    """Calls of the run at the most, unless calls have to be repeated or a job takes far longer than it should."""

    calls_expected: int
    """Calls of the run if Act-On takes as long over each file as is assumed: 5 seconds, and one for 2,000 rows."""

    seconds: float
    """About how long it takes, with the time until calls come back where those of the day do not suffice."""

    quota_share: float
    """``calls`` in shares of what a day allows; more than 1 where they take days."""

    files: int
    """Files to upload."""

    columns: Mapping[str, str]
    """The input's columns, and the list's headings that they go to."""

    merged: int
    """Rows that will be merged into a later one with the same address."""

    rejected: int
    """Rows that will not be sent, because their address or a value cannot be used."""

    unchanged: int
    """Rows that need no call, as the state file knows."""

    reason: str
    """The reason for this way."""

    left_out: tuple[str, ...] = ()
    """The input's columns that are not sent: ``_contact_id_``, which every download has and Act-On alone writes."""

    ignored: tuple[str, ...] = ()
    """The input's columns that are not sent because the caller said so."""

    def __str__(self) -> str:
        files = "1 CSV file" if self.files == 1 else f"{self.files:,} CSV files"
        way = files if self.via == "upload" else "a call for each row"
        about = f"about {self.calls_expected:,}, " if self.calls_expected < self.calls else ""
        lines = [
            f"{self.rows:,} rows into {self.list_id}, by {way}: {self.reason}",
            f"  calls    {about}at most {self.calls:,} ({self.quota_share:.1%} of a day's)",
            f"  time     about {duration_text(self.seconds)}",
        ]
        if self.merged:
            lines.append(f"  repeats  {_rows(self.merged)} folded into a later row with the same address")
        if self.rejected:
            lines.append(
                f"  rejects  {_rows(self.rejected)} left out, because the address or a value cannot be used"
            )
        if self.unchanged:
            lines.append(f"  state    {_rows(self.unchanged)} left out, because the list was told the same before")
        width = max(map(len, (*self.columns, *self.left_out, *self.ignored)), default=0)
        lines += [f"  column   {name:<{width}} -> {heading}" for name, heading in self.columns.items()]
        lines += [f"  column   {name:<{width}} is left out: it is Act-On's own" for name in self.left_out]
        lines += [f"  column   {name:<{width}} is left out, as asked for" for name in self.ignored]
        return "\n".join(lines)


def plan_of(staged: StagedInput, via: Via, limits: Limits, usage: Usage, polling: PollPolicy) -> Plan:
    """The plan for rows that are ready to be sent."""
    by_record = with_days(cost_of_records(staged.to_send, limits), usage, limits)
    by_upload = with_days(cost_of_uploads(staged.files, len(staged.single), limits, polling), usage, limits)
    if via == "auto":
        way, reason = _choice(by_record, by_upload, usage.calls_left)
    else:
        way, reason = via, "as asked for"
    cost = by_record if way == "records" else by_upload
    headings = staged.columns.headings
    return Plan(
        list_id=staged.columns.list_id,
        via=way,
        rows=staged.rows,
        calls=cost.calls,
        calls_expected=cost.calls_expected,
        seconds=cost.seconds,
        quota_share=cost.calls / limits.calls_per_day if limits.calls_per_day else inf,
        files=len(staged.files) if way == "upload" else 0,
        columns={name: headings[place] for name, place in staged.indexes.items()},
        merged=staged.merged,
        rejected=staged.rejected,
        unchanged=staged.unchanged,
        reason=reason,
        left_out=staged.left_out,
        ignored=staged.ignored,
    )


def _choice(by_record: Cost, by_upload: Cost, calls_left: int) -> tuple[Way, str]:
    if by_record.calls == QUESTIONS:
        return "records", "there is nothing to send"
    one_by_one, as_file = duration_text(by_record.seconds), duration_text(by_upload.seconds)
    if by_record.seconds <= by_upload.seconds:
        return "records", f"so few rows take {one_by_one} one by one, a file {as_file}"
    if by_record.calls > calls_left:
        return (
            "upload",
            f"one by one the rows would need {by_record.calls:,} calls, and {calls_left:,} are left today",
        )
    return "upload", f"one by one the rows would take {one_by_one} and {by_record.calls:,} calls"


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def duration_text(seconds: float) -> str:
    """Seconds in the unit that fits: s, min, h or d."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{ceil(seconds)} s"
