"""asyncsdk: an asyncio client for the Act-On REST API that keeps its limits, its tokens and your rows safe.

async with Session.from_env() as acton:
    saved = await acton.contacts.upsert("l-0001", email="ada@example.com", data={"First Name": "Ada"})
"""

from __future__ import annotations

# Nothing is imported here: the command line begins with this module, and heeds Ctrl-C only after it.
TYPE_CHECKING = False
"""What type checkers take for true, as they do with the name that ``typing`` has."""

if TYPE_CHECKING:
    from asyncsdk.api import TABLE
    from asyncsdk.auth.grants import CodeGrant, Grant, PasswordGrant, RefreshGrant
    from asyncsdk.auth.stores import FileStore, MemoryStore, TokenStore
    from asyncsdk.auth.tokens import Token
    from asyncsdk.bulk import (
        BulkProgress,
        BulkReport,
        BulkRun,
        JournalMode,
        Plan,
        Reject,
        Rejects,
        ReportUnwritten,
        Rows,
    )
    from asyncsdk.errors import (
        ActOnError,
        AnswerTooLong,
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
    from asyncsdk.files.upload import File, Upload
    from asyncsdk.http.hosts import EU, US
    from asyncsdk.http.messages import Effect, Json, Request, Response
    from asyncsdk.http.retry import RetryPolicy
    from asyncsdk.jobs.job import Job
    from asyncsdk.jobs.poll_schedule import PollPolicy
    from asyncsdk.limits.lanes import Lane
    from asyncsdk.limits.limiter import Limiter
    from asyncsdk.limits.policy import Limits, Usage
    from asyncsdk.limits.quota import Tally
    from asyncsdk.limits.rate_limiter import Place, RateLimiter
    from asyncsdk.models import *
    from asyncsdk.models.clear import CLEAR, Clear
    from asyncsdk.pagination.page import Page
    from asyncsdk.pagination.pages import Pages
    from asyncsdk.routing.route import Route, Shape
    from asyncsdk.session import Session
    from asyncsdk.transport.connection import Timeout

__all__ = [
    "CLEAR",
    "EU",
    "TABLE",
    "US",
    "APIError",
    "AccountInfo",
    "ActOnError",
    "Activity",
    "AnswerTooLong",
    "ArrowBatch",
    "ArrowRows",
    "ArrowTable",
    "Asset",
    "AudienceContact",
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
    "ContactSchema",
    "CreateContactMethod",
    "CreatedList",
    "CustomField",
    "CustomSchema",
    "DataFileType",
    "DecodeError",
    "DeletedRecords",
    "DeletionFailure",
    "Drilldown",
    "DrilldownRow",
    "Effect",
    "EventAction",
    "EventDateFormat",
    "EventReport",
    "EventSeparator",
    "ExportProgress",
    "ExportReport",
    "ExternalContact",
    "FieldType",
    "Fields",
    "File",
    "FileIngestMode",
    "FileStore",
    "FileTooLarge",
    "Folder",
    "FormEntry",
    "FormReport",
    "FormSource",
    "Fragment",
    "GatewayError",
    "Grant",
    "Image",
    "ImageEntry",
    "ImportDefinition",
    "ImportDelimiter",
    "ImportMapping",
    "ImportQuote",
    "ImportReport",
    "IngestMode",
    "IngestReport",
    "InvalidArgument",
    "InvalidRequest",
    "Job",
    "JobDetached",
    "JobError",
    "JobFailed",
    "JobStatus",
    "JobTimeout",
    "JoinDuplicates",
    "JoinSelector",
    "JoinStrategy",
    "JournalMode",
    "Json",
    "Lane",
    "Limiter",
    "Limits",
    "ListChanged",
    "ListPage",
    "ListingType",
    "Logo",
    "Media",
    "MediaDay",
    "MediaEntry",
    "MediaReport",
    "MediaView",
    "MemoryStore",
    "MergeMode",
    "MergeStrategy",
    "Message",
    "MessageDay",
    "MessageKind",
    "MessageReport",
    "MessageType",
    "NewUser",
    "NotFound",
    "NotSent",
    "Outcome",
    "Page",
    "PageEntry",
    "PageReport",
    "PageStrategy",
    "Pages",
    "PasswordGrant",
    "PayloadTooLarge",
    "PeriodReport",
    "PermissionDenied",
    "Place",
    "Plan",
    "PollPolicy",
    "Program",
    "ProgramFolder",
    "ProgramType",
    "Programs",
    "QuotaExhausted",
    "Quote",
    "RateLimited",
    "RateLimiter",
    "RecordLookup",
    "RefreshGrant",
    "Reject",
    "Rejects",
    "Relationship",
    "ReplyLost",
    "ReportUnwritten",
    "Request",
    "Response",
    "RetryPolicy",
    "Route",
    "Rows",
    "Saved",
    "SchemaField",
    "ScoreDetail",
    "Scores",
    "Segment",
    "SegmentType",
    "Sender",
    "Separator",
    "ServerError",
    "Session",
    "SessionClosed",
    "SessionNotOpen",
    "Shape",
    "SortDirection",
    "SortField",
    "StandardField",
    "StoreFailed",
    "SubscriptionAction",
    "Suppression",
    "SuppressionUpdate",
    "Tally",
    "Timeout",
    "Token",
    "TokenStore",
    "TokenUnavailable",
    "TransactionalReceipt",
    "TransportError",
    "Upload",
    "UploadReport",
    "UpsertContactPolicy",
    "Usage",
    "UserOutcome",
    "UserType",
    "Written",
]

_EXPORTS = {
    "api": ("TABLE",),
    "auth.grants": ("CodeGrant", "Grant", "PasswordGrant", "RefreshGrant"),
    "auth.stores": ("FileStore", "MemoryStore", "TokenStore"),
    "auth.tokens": ("Token",),
    "bulk": (
        "BulkProgress",
        "BulkReport",
        "BulkRun",
        "JournalMode",
        "Plan",
        "Reject",
        "Rejects",
        "ReportUnwritten",
        "Rows",
    ),
    "files.upload": ("File", "Upload"),
    "http.hosts": ("EU", "US"),
    "http.messages": ("Effect", "Json", "Request", "Response"),
    "http.retry": ("RetryPolicy",),
    "jobs.job": ("Job",),
    "jobs.poll_schedule": ("PollPolicy",),
    "limits.lanes": ("Lane",),
    "limits.limiter": ("Limiter",),
    "limits.policy": ("Limits", "Usage"),
    "limits.quota": ("Tally",),
    "limits.rate_limiter": ("Place", "RateLimiter"),
    "models.clear": ("CLEAR", "Clear"),
    "pagination.page": ("Page",),
    "pagination.pages": ("Pages",),
    "routing.route": ("Route", "Shape"),
    "session": ("Session",),
    "transport.connection": ("Timeout",),
}
"""What comes from which module; all other names are errors or models."""

_HOMES = {name: module for module, names in _EXPORTS.items() for name in names}
_MODULES = frozenset({*_EXPORTS, "errors", "models", "queue"})


if not TYPE_CHECKING:  # a type checker shall find names that do not exist

    def __getattr__(name: str) -> object:
        """What is public is read on its first use: a process that needs none of it begins at once."""
        from importlib import import_module

        if name in _MODULES:
            return import_module(f"asyncsdk.{name}")
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        errors = import_module("asyncsdk.errors")
        home = _HOMES.get(name, "errors" if hasattr(errors, name) else "models")
        value = globals()[name] = getattr(import_module(f"asyncsdk.{home}"), name)
        return value


def __dir__() -> list[str]:
    """The public names, read or not."""
    return sorted({*(name for name in globals() if name.startswith("__")), *_MODULES, *__all__})
