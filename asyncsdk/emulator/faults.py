"""Fault injection: scripted errors, by call and by number of times.

::

    server.faults.add(Reply.throttled(retry_after=2))                    # the next call, whatever it is
    server.faults.add(Reply.unavailable(), on="contacts.upsert", times=3)
    server.faults.add(Cut("acted"), on="lists.merge")                    # done, but the answer is lost
    server.faults.add(Slow(1.5), Reply.gateway_page(), on="/api/1/list") # both on one call
    server.faults.add(Pass(), on="lists.upload_status", times=2)         # let two go by ...
    server.faults.add(Cut("midway"), on="lists.upload_status")           # ... and cut the third
    server.faults.add(StallJob(), on="lists.create")
    server.faults.add(RejectRows("ada@example.com"), on="lists.merge")   # one row of the next file

``on`` is a route's name (``token`` and ``authorize`` are names, too), a path, a path's template, any of these
with ``*`` in it, or ``any``; a name that no call has is an error. What is added first is used first; a call
uses up at most one entry for what happens to the call, one for what happens to the job that it submits, and one for
the rows that it uploads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, get_args

from attrs import define, field, frozen

from asyncsdk.emulator import validators
from asyncsdk.emulator.call_names import check_pattern, concerns
from asyncsdk.emulator.row_faults import RejectRows

__all__ = [
    "CallFault",
    "Cut",
    "ExpireToken",
    "FailJob",
    "Fault",
    "FaultEntry",
    "Faults",
    "Hang",
    "JobFault",
    "JobSays",
    "LoseJob",
    "Pass",
    "RejectRows",
    "Reply",
    "RowFault",
    "Slow",
    "SlowJob",
    "StallJob",
]

_GATEWAY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"
)


def _no_headers() -> Mapping[str, str]:
    return {}


@frozen
class Reply:
    """Answer with this instead.

    Args:
        status: the HTTP status, from 200 to 599.
        body: a JSON value; bytes as they are; or a text as it is, where ``content_type`` is not JSON.
        headers: further headers.
        content_type: what the body claims to be.
        acted: whether the call is carried out all the same.
    """

    status: int = field(validator=validators.http_status)
    body: Any = field(default=b"", validator=validators.json_or_bytes)
    headers: Mapping[str, str] = field(factory=_no_headers, validator=validators.header_texts)
    content_type: str = field(default="application/json", validator=validators.header_text)
    acted: bool = field(default=False, validator=validators.yes_or_no)

    @classmethod
    def throttled(cls, retry_after: float | str | None = None, *, status: int = 429) -> Reply:
        """Too many calls, in the gateway's words; with ``status=200`` only the body says so.

        Args:
            retry_after: seconds, or a date, for the header ``Retry-After``; None for no such header.
            status: the HTTP status.
        """
        body = {
            "httpCode": "429",
            "httpMessage": "Too Many Requests",
            "moreInformation": "Rate Limit exceeded",
        }
        return cls(status, body, {} if retry_after is None else {"Retry-After": str(retry_after)})

    @classmethod
    def unavailable(cls, retry_after: float | str | None = None, *, acted: bool = False) -> Reply:
        """The server is out of order.

        Args:
            retry_after: seconds, or a date, for the header ``Retry-After``; None for no such header.
            acted: whether the call is carried out all the same.
        """
        body = {"httpCode": "503", "httpMessage": "Service Unavailable", "moreInformation": ""}
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return cls(503, body, headers, acted=acted)

    @classmethod
    def gateway_page(cls, status: int = 502, *, acted: bool = False) -> Reply:
        """A gateway's HTML page."""
        return cls(status, _GATEWAY_PAGE, content_type="text/html", acted=acted)

    @classmethod
    def broken_json(cls, status: int = 200, *, acted: bool = True) -> Reply:
        """JSON that ends too early."""
        return cls(status, b'{"status":"succ', acted=acted)

    @classmethod
    def empty(cls, status: int = 200, *, acted: bool = True) -> Reply:
        """No body at all."""
        return cls(status, b"", acted=acted)


@frozen
class Cut:
    """Cut the connection.

    Args:
        when: ``arrival``: before the request is read; ``acted``: when it is read and carried out, before the
            answer; ``midway``: in the middle of the answer's body.
    """

    when: Literal["arrival", "acted", "midway"] = field(
        default="arrival", validator=validators.one_of("arrival", "acted", "midway")
    )


@frozen
class Hang:
    """Never answer; the connection is cut when the server stops.

    Args:
        acted: whether the call is carried out first.
    """

    acted: bool = field(default=False, validator=validators.yes_or_no)


@frozen
class Slow:
    """Carry the call out, and answer late.

    Args:
        seconds: how late, by the event loop's clock.
    """

    seconds: float = field(validator=validators.seconds())


@frozen
class ExpireToken:
    """The call's access token expires right before it is looked at: 401."""


@frozen
class Pass:
    """Nothing goes wrong."""


@frozen
class StallJob:
    """The job runs for ever and does nothing."""


@frozen
class FailJob:
    """The job fails with this text, and does nothing.

    Args:
        text: the reason. What a failed job's status looks like is a guess.
    """

    text: str = field(default="The job has failed", validator=validators.text)


@frozen
class JobSays:
    """The job's status is this text from the start and for ever.

    Args:
        text: the status.
    """

    text: str = field(validator=validators.text)


@frozen
class LoseJob:
    """The job's id is unknown at once."""


@frozen
class SlowJob:
    """The job takes its own time.

    Args:
        pending: seconds that it is pending.
        running: seconds that it then runs.
    """

    pending: float = field(default=0.5, validator=validators.seconds())
    running: float = field(default=1.0, validator=validators.seconds())


CallFault: TypeAlias = Reply | Cut | Hang | Slow | ExpireToken | Pass
"""Faults of a call."""

JobFault: TypeAlias = StallJob | FailJob | JobSays | LoseJob | SlowJob
"""Faults of a job."""

RowFault: TypeAlias = RejectRows
"""Faults of the rows of an uploaded file."""

Fault: TypeAlias = CallFault | JobFault | RowFault


@define
class FaultEntry:
    """One entry of the script: faults that happen together."""

    faults: tuple[Any, ...]
    on: str
    """A route's name, a path, a pattern of either, or ``any``."""

    left: int
    """On how many calls it is still to be used."""

    def concerns(self, names: Iterable[str]) -> bool:
        """Whether it is for a call with these names."""
        return concerns(self.on, names)


class Faults:
    """The script.

    Attributes:
        changes: how often it was changed: entries were added, used or cleared.
    """

    def __init__(self) -> None:
        self.changes: int = 0
        self._calls: list[FaultEntry] = []
        self._jobs: list[FaultEntry] = []
        self._rows: list[FaultEntry] = []

    def add(self, *faults: Fault, on: str = "any", times: int = 1) -> None:
        """Add an entry to the script: these faults happen together.

        Args:
            faults: what goes wrong.
            on: a route's name, a path, a pattern of either, or ``any``.
            times: on how many calls, from 1 on.

        Raises:
            InvalidArgument: there is no such fault, no call has such a name, or ``times`` is no such number.
        """
        check_pattern(on)
        validators.whole_number("times", times, 1)
        _check_kinds(faults)
        self.changes += 1
        for entries, kind in ((self._calls, CallFault), (self._jobs, JobFault), (self._rows, RowFault)):
            given = tuple(fault for fault in faults if isinstance(fault, kind))
            if given:
                entries.append(FaultEntry(given, on, times))

    def clear(self) -> None:
        """Remove every entry."""
        self.changes += 1
        self._calls.clear()
        self._jobs.clear()
        self._rows.clear()

    @property
    def entries(self) -> tuple[FaultEntry, ...]:
        """What is still to be used: entries for calls, then those for jobs, then those for rows."""
        return (*self._calls, *self._jobs, *self._rows)

    @property
    def left(self) -> int:
        """Number of times that entries are still to be used."""
        return sum(entry.left for entry in self.entries)

    def for_call(self, names: Iterable[str]) -> tuple[CallFault, ...]:
        """Use up the next entry that concerns a call with these names."""
        return self._take(self._calls, names)

    def for_job(self, names: Iterable[str]) -> JobFault | None:
        """Use up the next entry that concerns a job submitted by a call with these names."""
        taken = self._take(self._jobs, names)
        return taken[0] if taken else None

    def for_rows(self, names: Iterable[str]) -> tuple[RowFault, ...]:
        """Use up the next entry that concerns the rows uploaded by a call with these names."""
        return self._take(self._rows, names)

    def _take(self, entries: list[FaultEntry], names: Iterable[str]) -> tuple[Any, ...]:
        for entry in entries:
            if entry.concerns(names):
                self.changes += 1
                entry.left -= 1
                if entry.left <= 0:
                    entries.remove(entry)
                return entry.faults
        return ()


def _check_kinds(faults: tuple[object, ...]) -> None:
    kinds = (*get_args(CallFault), *get_args(JobFault), RowFault)
    if not faults:
        raise validators.InvalidArgument("Nothing is given that shall go wrong.")
    for fault in faults:
        if isinstance(fault, type):
            raise validators.InvalidArgument(
                f"{fault.__name__} is a class; a fault is made of it: {fault.__name__}(...)."
            )
        if not isinstance(fault, kinds):
            names = ", ".join(kind.__name__ for kind in kinds)
            raise validators.InvalidArgument(f"A fault is one of {names}, not {type(fault).__name__}.")
