"""Run journal: what ``Fleet.run_journal`` gives, after it has checked its arguments."""

from __future__ import annotations

from typing import Final

from asyncsdk.bulk import VaultJournal
from asyncsdk.errors import InvalidArgument
from asyncsdk.fleet.run_journal.redis_vault import RedisVault
from asyncsdk.redis.account_keys import checked_name
from asyncsdk.redis.lease import LEASE_SECONDS
from asyncsdk.redis.script import RedisClient

__all__ = ["KEEP_DAYS", "run_journal_in"]

KEEP_DAYS: Final = 30.0
"""Days for which Redis keeps the copy of a run that nobody works at."""

_DAY: Final = 86_400.0

_LEAST_DAYS: Final = 1 / 24
_MOST_DAYS: Final = 365


def run_journal_in(redis: RedisClient, place: str, name: object, keep_days: float) -> VaultJournal:
    """The journal of a run in Redis.

    Args:
        redis: the client.
        place: where it is, for messages.
        name: the name of the run.
        keep_days: days for which the copy of a run is kept that nobody works at.

    Raises:
        InvalidArgument: the name cannot be part of a key, or the days are too few or too many.
    """
    name = checked_name(name, "a run", "import-1")
    if not _LEAST_DAYS <= keep_days <= _MOST_DAYS:
        raise InvalidArgument("keep_days must be a number of days from 1/24, an hour, to 365.")
    vault = RedisVault(redis, place, name, lease_seconds=LEASE_SECONDS, keep_seconds=keep_days * _DAY)
    return VaultJournal(vault, name, lease_seconds=LEASE_SECONDS)
