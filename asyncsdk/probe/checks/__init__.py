"""Checks: one module a subject. Listings are asked early, since other checks ask with what they hold."""

from __future__ import annotations

from typing import Final

from asyncsdk.probe.check import Check
from asyncsdk.probe.checks import (
    account,
    audience,
    contacts,
    content,
    created_lists,
    custom_data,
    headers,
    limits,
    list_records,
    lists,
    merges,
    messages,
    records,
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
    *created_lists.CHECKS,
    *merges.CHECKS,
    *records.CHECKS,
    *limits.CHECKS,
)
"""Every check; those that only read come first."""
