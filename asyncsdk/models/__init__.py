"""What calls take and give, one module for each namespace."""

from asyncsdk.models.account import AccountInfo, NewUser, Sender, UserOutcome, UserType
from asyncsdk.models.contacts import (
    Activity,
    Contact,
    ContactFacts,
    Fields,
    RecordLookup,
    Saved,
    ScoreDetail,
    Scores,
)
from asyncsdk.models.events import EventAction, EventDateFormat, EventReport, EventSeparator
from asyncsdk.models.job_status import JobStatus
from asyncsdk.models.lists import (
    Asset,
    Column,
    ColumnType,
    CreatedList,
    DeletedRecords,
    DeletionFailure,
    ListingType,
    ListPage,
    MergeMode,
    Quote,
    Separator,
    Suppression,
    SuppressionUpdate,
    UploadReport,
)
from asyncsdk.models.outcome import Outcome
from asyncsdk.models.subscriptions import Category, CategoryOptOut, SubscriptionAction

__all__ = [
    "AccountInfo",
    "Activity",
    "Asset",
    "Category",
    "CategoryOptOut",
    "Column",
    "ColumnType",
    "Contact",
    "ContactFacts",
    "CreatedList",
    "DeletedRecords",
    "DeletionFailure",
    "EventAction",
    "EventDateFormat",
    "EventReport",
    "EventSeparator",
    "Fields",
    "JobStatus",
    "ListPage",
    "ListingType",
    "MergeMode",
    "NewUser",
    "Outcome",
    "Quote",
    "RecordLookup",
    "Saved",
    "ScoreDetail",
    "Scores",
    "Sender",
    "Separator",
    "SubscriptionAction",
    "Suppression",
    "SuppressionUpdate",
    "UploadReport",
    "UserOutcome",
    "UserType",
]
