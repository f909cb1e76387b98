"""Checks: one module a subject. Listings are asked early, since other checks ask with what they hold."""

from __future__ import annotations

from typing import Final

from asyncsdk.probe.check import Check
from asyncsdk.probe.checks import (
    account,
    audience,
    contacts,
    content,
    custom_data,
    headers,
    list_records,
    lists,
    messages,
    reports,
    subscriptions,
    suppressions,
    unknown_jobs,
)

__all__ = ["ALL_CHECKS"]

ALL_CHECKS: Final[tuple[Check, ...]] = (
    *account.CHECKS,
    *lists.CHECKS,
    *list_records.CHECKS,
    *suppressions.CHECKS,
    *contacts.CHECKS,
    *subscriptions.CHECKS,
    *unknown_jobs.CHECKS,
    *content.CHECKS,
    *messages.CHECKS,
    *reports.CHECKS,
    *audience.CHECKS,
    *custom_data.CHECKS,
    *headers.CHECKS,
)
"""Every check; their names are unique."""
