"""Data counts: how much there is of everything in the account."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.messages import JsonObject
from asyncsdk.emulator.state.custom_schemas import CustomSchemaRepository
from asyncsdk.emulator.state.messages import MessageRepository
from asyncsdk.emulator.state.transactional import TransactionalRepository

__all__ = ["data_counts"]


def data_counts(account: EmulatedAccount) -> JsonObject:
    """The numbers of things by kind; messages that are due are sent before they are counted."""
    platform = account.platform
    lists, records = platform.lists.totals()
    return {
        "lists": lists,
        "records": records,
        "hard_bounces": platform.suppressions.count("hardbounce"),
        "spam_complaints": platform.suppressions.count("spamcomplaint"),
        "opt_outs": platform.suppressions.count("optout"),
        "jobs": platform.jobs.total(),
        "messages": platform.repository(MessageRepository).page(None, 0, 0)[0],
        "transactional": platform.repository(TransactionalRepository).count(),
        "events": platform.events.count(),
        "custom_objects": len(platform.repository(CustomSchemaRepository).schemas()),
    }
