"""Exceptions of the library, arranged by what the caller can do about them.

::

    ActOnError
    ├── InvalidArgument (ValueError)     fix the call: nothing was sent
    ├── SessionNotOpen                   open the session first
    ├── SessionClosed                    open a new session
    ├── TransportError                   the network
    │   ├── NotSent                      surely never reached the server: safe to try again
    │   │   ├── TokenUnavailable         there is no token now, because ``/token`` is in trouble: try later
    │   │   ├── PlaceExpired             the process stood still, and its turn is over: try again
    │   │   └── FleetUnavailable         Redis, which all processes share, does not answer: try later
    │   └── ReplyLost                    it may have acted: look before you try again
    ├── APIError                         the server answered, and refused
    │   ├── AuthenticationFailed         check the credentials or the token
    │   ├── PermissionDenied             the account lacks a right or a feature
    │   ├── NotFound                     check the id
    │   ├── InvalidRequest               fix the values
    │   ├── Conflict                     look at the present state
    │   ├── PayloadTooLarge              send less
    │   │   └── FileTooLarge             the same, found out before a byte was sent
    │   ├── RateLimited                  slow down, or find out who else uses the account
    │   └── ServerError                  try later
    │       └── GatewayError             a proxy or a load balancer answered: the values were not judged
    ├── QuotaExhausted                   a local budget is spent: wait ``resets_in`` seconds
    ├── StoreFailed (OSError)            mend the file or the Redis that it names, its rights or its disk
    ├── ListChanged                      a list changed while it was read: begin again
    ├── DecodeError                      the answer has a shape that this version does not know
    │   └── AnswerTooLong                ask for less at a time, or raise ``Limits.answer_bytes``
    └── JobError                         about one asynchronous job, named by ``job_id``
        ├── JobFailed                    the server says that it failed
        ├── JobTimeout                   not finished before the deadline: resume it by its id
        └── JobDetached                  no longer watched here: resume it by its id

The packages ``asyncsdk.queue`` and ``asyncsdk.webhooks`` have errors of their own, which derive from
``ActOnError``. ``asyncsdk.bulk`` has ``ReportUnwritten``, which derives from ``StoreFailed`` and holds the report
of a run, and ``RunInUse``: another process works at that run.

No token, password or e-mail address appears in any message: addresses in a server's own words are masked. A very
long text of a server is cut, with a mark that says so.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from asyncsdk.redaction import message_text

__all__ = [
    "APIError",
    "ActOnError",
    "AnswerTooLong",
    "AuthenticationFailed",
    "Conflict",
    "DecodeError",
    "FileTooLarge",
    "FleetUnavailable",
    "GatewayError",
    "InvalidArgument",
    "InvalidRequest",
    "JobDetached",
    "JobError",
    "JobFailed",
    "JobTimeout",
    "ListChanged",
    "NotFound",
    "NotSent",
    "PayloadTooLarge",
    "PermissionDenied",
    "PlaceExpired",
    "QuotaExhausted",
    "RateLimited",
    "ReplyLost",
    "ServerError",
    "SessionClosed",
    "SessionNotOpen",
    "StoreFailed",
    "TokenUnavailable",
    "TransportError",
]

# A program that sets up no logging is not written to. Every module that logs imports this one.
logging.getLogger("asyncsdk").addHandler(logging.NullHandler())


SHORT: Final = 500
"""Characters that are kept of a code, of the id of a request, and of each line about an answer's shape."""

MOST_PROBLEMS: Final = 20
"""Lines about an answer's shape that an error holds at the most."""


class ActOnError(Exception):
    """The base of every error that this library raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Unpickling calls the class with ``args``, but these classes take other arguments.
        return _restored, (type(self), *self.args), vars(self)


def _short(request_id: str | None) -> str | None:
    return request_id if request_id is None else message_text(request_id, SHORT)


def _restored(kind: type[ActOnError], *args: object) -> ActOnError:
    return kind.__new__(kind, *args)


class InvalidArgument(ActOnError, ValueError):
    """A value that cannot be sent; nothing was sent."""

    def __init__(self, message: str) -> None:
        super().__init__(message_text(message))


class SessionNotOpen(ActOnError):
    """The session was not opened before its first call."""


class SessionClosed(ActOnError):
    """The session is closed, or was closed while the call was waiting; nothing more was sent."""


class TransportError(ActOnError):
    """The network failed."""

    def __init__(self, message: str) -> None:
        super().__init__(message_text(message))


class NotSent(TransportError):
    """The request surely never reached the server, so that any call may be tried again."""


class TokenUnavailable(NotSent):
    """A call without a token: the token endpoint is in trouble, so that the call itself was not sent.

    ``__cause__`` is what the token endpoint answered, or why it could not be asked.
    """


class PlaceExpired(NotSent):
    """A place of the limiter that was not used in time: the process stood still, and the place is another's now.

    The transport asks for another place; a caller sees this only where the last attempt ended so.
    """


class FleetUnavailable(NotSent):
    """Redis, which decides for all processes of an account, cannot be asked: nothing was sent, nothing opens."""


class ReplyLost(TransportError):
    """The request may have reached the server, but its answer did not come back whole."""


class APIError(ActOnError):
    """The server answered, and refused.

    Attributes:
        status: the HTTP status; 200 where a refusal came with it, 0 where nothing was sent.
        code: Act-On's own error code as a number, or its symbolic name, or None.
        message: the server's words, with addresses masked.
        request_id: the ``x-request-id`` header, for Act-On's support.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: int | str | None = None,
        request_id: str | None = None,
    ) -> None:
        self.status = status
        self.code: int | str | None = message_text(code, SHORT) if isinstance(code, str) else code
        self.message: str = message_text(message)
        self.request_id: str | None = _short(request_id)
        super().__init__(self.message)

    def __str__(self) -> str:
        facts = [f"HTTP {self.status}"] if self.status else []
        if self.code is not None:
            facts.append(f"code {self.code}")
        if self.request_id is not None:
            facts.append(f"request {self.request_id}")
        return f"{self.message} ({', '.join(facts)})" if facts else self.message


class AuthenticationFailed(APIError):
    """The credentials or the token were refused."""


class PermissionDenied(APIError):
    """The account or the user lacks a right or a feature."""


class NotFound(APIError):
    """The id is unknown, or the path."""


class InvalidRequest(APIError):
    """A value was refused."""


class Conflict(APIError):
    """The present state does not allow it."""


class PayloadTooLarge(APIError):
    """More than the server takes in one call."""


class FileTooLarge(PayloadTooLarge, InvalidArgument):
    """A file over ``Limits.upload_bytes``, refused before a byte of it was sent."""

    def __init__(self, message: str) -> None:
        APIError.__init__(self, message, status=0)


class RateLimited(APIError):
    """The server still said "too many requests" on the last attempt."""


class ServerError(APIError):
    """The server failed; a call that changes nothing, or that may be repeated, was repeated first."""


class GatewayError(ServerError):
    """A proxy or load balancer answered in Act-On's place, or refused to pass the call on: 408, 421, 425, 499...

    So is a redirect, a page of HTML, and every 4xx without Act-On's own words, but for 400, 404, 409, 413, 414 and
    422. It is no verdict on the values that were sent. A call that may be repeated was repeated first.
    """


class QuotaExhausted(ActOnError):
    """A budget kept here is spent, so that nothing was sent, or nothing more.

    Attributes:
        budget: ``"second"``, ``"day"`` or ``"logins"``; ``"pause"`` where the server asks to wait for longer than
            ``Limits.longest_pause``.
        resets_in: seconds until the budget lets a call through again.
    """

    def __init__(self, budget: str, resets_in: float, message: str) -> None:
        self.budget = budget
        self.resets_in = resets_in
        super().__init__(message)


class StoreFailed(ActOnError, OSError):
    """A file or a Redis that keeps what must not be lost, such as a token, cannot be read, written or locked."""


class ListChanged(ActOnError):
    """A list changed so much while it was read page by page that the place could not be found again."""


class DecodeError(ActOnError):
    """An answer of a shape that this version does not know.

    Attributes:
        status: the HTTP status.
        problems: one line each, with the path of the value: ``expected int @ $.count``; the first 20.
        request_id: the ``x-request-id`` header, for Act-On's support.
    """

    def __init__(
        self, message: str, *, status: int = 0, problems: tuple[str, ...] = (), request_id: str | None = None
    ) -> None:
        self.status = status
        self.problems: tuple[str, ...] = tuple(message_text(problem, SHORT) for problem in problems[:MOST_PROBLEMS])
        if len(problems) > MOST_PROBLEMS:
            self.problems += (f"and {len(problems) - MOST_PROBLEMS:,} more",)
        self.request_id: str | None = _short(request_id)
        super().__init__(message_text(message) + "".join(f"\n  {problem}" for problem in self.problems))


class AnswerTooLong(DecodeError):
    """An answer of more bytes than are read of one: ``Limits.answer_bytes``, or 1,000,000 for one with a token."""


class JobError(ActOnError):
    """About one asynchronous job.

    Attributes:
        job_id: the id to resume it with, such as ``acton.lists.job(job_id)``.
    """

    def __init__(self, job_id: str, message: str) -> None:
        self.job_id = job_id
        super().__init__(message_text(message))


class JobFailed(JobError):
    """The server says that the job failed, or says something that this version does not know."""


class JobTimeout(JobError):
    """The job was not finished before ``PollPolicy.deadline``; the server may still finish it."""


class JobDetached(JobError):
    """The job is no longer watched here; the server may still finish it."""
