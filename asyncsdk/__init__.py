"""asyncsdk: an asyncio client for the Act-On REST API that keeps its limits, its tokens and your rows safe.

async with Session.from_env() as acton:
    saved = await acton.contacts.upsert("l-0001", email="ada@example.com", data={"First Name": "Ada"})
"""

import logging as _logging
from importlib import import_module as _import_module
from typing import TYPE_CHECKING
from typing import Any as _Any

if TYPE_CHECKING:
    from asyncsdk.api import TABLE
    from asyncsdk.bulk import BulkProgress, BulkReport, BulkRun, Plan, Reject, Rejects, ReportUnwritten, Rows
    from asyncsdk.clear import CLEAR, Clear
    from asyncsdk.errors import (
        ActOnError,
        APIError,
        AuthenticationFailed,
        Conflict,
        DecodeError,
        FileTooLarge,
        GatewayError,
        InvalidArgument,
        InvalidRequest,
        JobDetached,
        JobError,
        JobFailed,
        JobTimeout,
        ListChanged,
        NotFound,
        NotSent,
        PayloadTooLarge,
        PermissionDenied,
        QuotaExhausted,
        RateLimited,
        ReplyLost,
        ServerError,
        SessionClosed,
        SessionNotOpen,
        StoreFailed,
        TokenUnavailable,
        TransportError,
    )
    from asyncsdk.job import Job
    from asyncsdk.ledger import Tally
    from asyncsdk.limits import Limiter, Limits, RateLimiter, Usage
    from asyncsdk.message import Effect, Json, Lane, Request, Response
    from asyncsdk.models import *
    from asyncsdk.page import Page
    from asyncsdk.paging import Pages
    from asyncsdk.retry import RetryPolicy
    from asyncsdk.route import Route, Shape
    from asyncsdk.schedule import PollPolicy
    from asyncsdk.session import Session
    from asyncsdk.stores import FileStore, MemoryStore, TokenStore
    from asyncsdk.tokens import EU, US, CodeGrant, Grant, PasswordGrant, RefreshGrant, Token
    from asyncsdk.upload import File, Upload
    from asyncsdk.wire import Timeout

__all__ = [
    "CLEAR",
    "EU",
    "TABLE",
    "US",
    "APIError",
    "AccountInfo",
    "ActOnError",
    "Activity",
    "Asset",
    "AuthenticationFailed",
    "BulkProgress",
    "BulkReport",
    "BulkRun",
    "Category",
    "CategoryOptOut",
    "Clear",
    "CodeGrant",
    "Column",
    "ColumnType",
    "Conflict",
    "Contact",
    "ContactFacts",
    "CreatedList",
    "DecodeError",
    "DeletedRecords",
    "DeletionFailure",
    "Effect",
    "EventAction",
    "EventDateFormat",
    "EventReport",
    "EventSeparator",
    "Fields",
    "File",
    "FileStore",
    "FileTooLarge",
    "GatewayError",
    "Grant",
    "InvalidArgument",
    "InvalidRequest",
    "Job",
    "JobDetached",
    "JobError",
    "JobFailed",
    "JobStatus",
    "JobTimeout",
    "Json",
    "Lane",
    "Limiter",
    "Limits",
    "ListChanged",
    "ListPage",
    "ListingType",
    "MemoryStore",
    "MergeMode",
    "NewUser",
    "NotFound",
    "NotSent",
    "Outcome",
    "Page",
    "Pages",
    "PasswordGrant",
    "PayloadTooLarge",
    "PermissionDenied",
    "Plan",
    "PollPolicy",
    "QuotaExhausted",
    "Quote",
    "RateLimited",
    "RateLimiter",
    "RecordLookup",
    "RefreshGrant",
    "Reject",
    "Rejects",
    "ReplyLost",
    "ReportUnwritten",
    "Request",
    "Response",
    "RetryPolicy",
    "Route",
    "Rows",
    "Saved",
    "ScoreDetail",
    "Scores",
    "Sender",
    "Separator",
    "ServerError",
    "Session",
    "SessionClosed",
    "SessionNotOpen",
    "Shape",
    "StoreFailed",
    "SubscriptionAction",
    "Suppression",
    "SuppressionUpdate",
    "Tally",
    "Timeout",
    "Token",
    "TokenStore",
    "TokenUnavailable",
    "TransportError",
    "Upload",
    "UploadReport",
    "Usage",
    "UserOutcome",
    "UserType",
]

_BULK = frozenset({"BulkProgress", "BulkReport", "BulkRun", "Plan", "Reject", "Rejects", "ReportUnwritten", "Rows"})
_HOMES = (
    "api",
    "clear",
    "errors",
    "job",
    "ledger",
    "limits",
    "message",
    "page",
    "paging",
    "retry",
    "route",
    "schedule",
    "session",
    "stores",
    "tokens",
    "upload",
    "wire",
    "models",
)
"""The modules that hold the other names."""


if not TYPE_CHECKING:  # a type checker shall find names that do not exist

    def __getattr__(name: str) -> _Any:
        """What is public is read on its first use: a process that needs none of it begins at once."""
        if name in _HOMES:
            return _import_module(f"asyncsdk.{name}")
        if name not in __all__ and not name[:1].isupper():  # a module that nobody has read yet, or nothing
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name not in __all__:
            return getattr(_import_module("asyncsdk.models"), name)
        homes = map(_import_module, [f"asyncsdk.{home}" for home in (("bulk",) if name in _BULK else _HOMES)])
        value = globals()[name] = next(getattr(home, name) for home in homes if name in home.__all__)
        return value


def __dir__() -> list[str]:
    """The public names, read or not."""
    return sorted({*globals(), *__all__})


# A program that sets up no logging is not written to.
_logging.getLogger(__name__).addHandler(_logging.NullHandler())
