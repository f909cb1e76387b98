"""Server check: one clear error when a fleet opens, rather than many unclear ones when it works.

What cannot be checked, since a host of Redis does not allow to ask, is told in the log.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from typing import Final, cast

from attrs import frozen

from asyncsdk.errors import FleetUnavailable, StoreFailed
from asyncsdk.redis.account_keys import account_key
from asyncsdk.redis.redis_errors import REDIS_ERRORS, is_away, reason
from asyncsdk.redis.script import RedisClient, Script, request

__all__ = ["QUEUE_RIGHTS", "RIGHTS", "Contents", "check_queue_server", "check_server", "failure_of"]

_log = logging.getLogger("asyncsdk")

OLDEST: Final = (6, 2)
"""The oldest version that is used here; Valkey says that it is a Redis 7.2."""

_PROBE: Final = Script("""
redis.call('TIME')
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
local kept = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'field', '1')
redis.call('EXPIRE', KEYS[1], 1)
redis.call('HGET', KEYS[1], 'field')
redis.call('HGETALL', KEYS[1])
redis.call('HDEL', KEYS[1], 'field')
return kept
""")
"""Does what the scripts of the limiter and of the store do: read the clock, write, read, and remove."""

_PROBE_MS: Final = 1_000

RIGHTS: Final = (
    "~asyncsdk:* +ping +select +eval +evalsha +get +set +del +hget +hgetall +hset +hdel +expire +time +info"
)
"""What a user of Redis must be allowed; whole categories would allow more: FLUSHALL, or CLIENT KILL."""

_QUEUE_PROBE: Final = Script("""
local stream, set = KEYS[1], KEYS[2]
redis.call('XDEL', stream, redis.call('XADD', stream, '*', 'row', '1'))
redis.call('XLEN', stream)
redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)
redis.call('DEL', stream)
redis.call('HSETNX', stream, 'field', '1')
redis.call('HMGET', stream, 'field')
redis.call('HEXISTS', stream, 'field')
redis.call('HLEN', stream)
redis.call('HSCAN', stream, '0', 'COUNT', 1)
redis.call('DEL', stream)
redis.call('ZADD', set, 0, '1')
redis.call('ZCARD', set)
redis.call('ZRANGE', set, '-inf', 0, 'BYSCORE', 'LIMIT', 0, 1)
redis.call('ZREM', set, '1')
return '1'
""")
"""Does what the scripts of a queue's journal do besides."""

QUEUE_RIGHTS: Final = (
    f"{RIGHTS} +xadd +xdel +xlen +xrange +hsetnx +hmget +hexists +hlen +hscan +zadd +zcard +zrange +zrem"
)
"""What a user of Redis must be allowed for a queue's journal."""

_VERSION: Final = re.compile(r"(\d{1,5})\.(\d{1,5})", re.ASCII)


@frozen
class Contents:
    """What is kept in a Redis, in the words of messages."""

    what: str
    loss: str
    """What becomes of it when a Redis dies that writes nothing to its disk."""
    expire: bool
    """Whether its keys have an end, so that Redis may remove them before it."""


ACCOUNTS: Final = Contents("limits and tokens", "the token is lost, and the next start needs a login", expire=True)


async def check_server(redis: RedisClient, place: str, contents: Contents = ACCOUNTS) -> None:
    """Check that a Redis can keep limits and tokens, or other contents.

    Args:
        redis: the client.
        place: where it is, for messages; without a password.
        contents: what it is to keep.

    Raises:
        FleetUnavailable: it does not answer, or cannot work now.
        StoreFailed: it gives no access, is too old, only for reading, or removes what it should keep.
    """
    try:
        await request(redis, "PING")
        facts = await _facts(redis)
        _check_version(facts, place)  # before what old servers refuse in words of their own
        await _probe(redis, place)
    except REDIS_ERRORS as error:
        raise failure_of(error, place) from None
    _check_policy(facts, place, contents)
    if facts.get("aof_enabled") == "0":
        _log.warning(
            "Redis at %s keeps no append-only file: when it dies, %s. Set 'appendonly yes'.",
            place,
            contents.loss,
            extra={"acton_event": "redis_not_persistent"},
        )


async def check_queue_server(redis: RedisClient, place: str) -> None:
    """Check that a Redis that passed ``check_server`` can keep the rows of a queue.

    Raises:
        FleetUnavailable: it does not answer.
        StoreFailed: it may remove who sends a queue's rows, so that two would; or the user may not do what is
            needed.
    """
    key = account_key(f"probe-{secrets.token_hex(8)}", "probe")
    try:
        facts = await _facts(redis)
        await _QUEUE_PROBE.run(redis, (key, f"{key}-2"), ())
    except REDIS_ERRORS as error:
        raise failure_of(error, place, QUEUE_RIGHTS) from None
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy.startswith("allkeys-") or (policy.startswith("volatile-") and facts.get("maxmemory", "0") != "0"):
        raise StoreFailed(
            f"Redis at {place} removes keys when its memory is full ({policy[:40]}). A queue's journal would lose"
            " rows, or have two senders: set 'maxmemory-policy noeviction', or use another Redis for it."
        )
    if facts.get("aof_enabled") == "0":
        _log.warning(
            "Redis at %s keeps no append-only file: when it dies, the rows of the queue that its sender has not"
            " read are lost. Set 'appendonly yes'.",
            place,
            extra={"acton_event": "redis_not_persistent"},
        )


async def _probe(redis: RedisClient, place: str) -> None:
    # The name is random: several processes may open at once.
    key = account_key(f"probe-{secrets.token_hex(8)}", "probe")
    if await _PROBE.run(redis, (key,), (_PROBE_MS,)) not in {b"1", "1"}:
        raise StoreFailed(f"Redis at {place} does not keep what is written: is it a Redis?")


async def _facts(redis: RedisClient) -> dict[str, str]:
    """What the server tells about itself; empty if it does not."""
    try:
        told = await request(redis, "INFO")
    except REDIS_ERRORS as error:
        if is_away(error):
            raise
        _log.warning(
            "Version, memory policy and persistence of Redis could not be checked, as INFO is refused: %s.",
            reason(error),
            extra={"acton_event": "redis_unchecked", "acton_error": type(error).__name__},
        )
        return {}
    found = _mapping(told)
    # A cluster's client tells it of each of its nodes.
    found = _mapping(next(iter(found.values()), None)) or found
    return {str(name): str(value) for name, value in found.items()}


def _mapping(value: object) -> Mapping[object, object]:
    return cast("Mapping[object, object]", value) if isinstance(value, Mapping) else {}


def _check_version(facts: Mapping[str, str], place: str) -> None:
    version = facts.get("redis_version", "")
    numbers = _VERSION.match(version)
    if numbers is not None and (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise StoreFailed(f"Redis at {place} is of version {numbers[0]}; 6.2 or later is needed, or Valkey.")
    if facts and numbers is None:
        _log.warning(
            "Redis at %s does not say its version; 6.2 or later is needed.",
            place,
            extra={"acton_event": "redis_unchecked"},
        )


def _check_policy(facts: Mapping[str, str], place: str, contents: Contents) -> None:
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy.startswith("allkeys-"):
        raise StoreFailed(
            f"Redis at {place} removes any key when its memory is full ({policy[:40]}), {contents.what}"
            " among them. Set 'maxmemory-policy noeviction', or use another Redis than the one for caches."
        )
    if contents.expire and policy.startswith("volatile-") and facts.get("maxmemory", "0") != "0":
        _log.warning(
            "Redis at %s may remove %s when its memory is full (%s): 'noeviction' is better.",
            place,
            contents.what,
            policy[:40],
            extra={"acton_event": "redis_may_evict"},
        )


_NOT_ALLOWED: Final = "the user may not do what is needed. Allow it "

_WORDS: Final = (
    ("authentication required", "it asks for a password"),
    ("without any password", "it asks for no password: leave it out of the address, or set one there"),
    (
        "db index is out of range",
        "it has no database of that number: end the address with another, such as /0",
    ),
    ("username-password", "it refuses the user or the password"),
    ("invalid password", "it refuses the password"),
    ("no permission", _NOT_ALLOWED),
    ("can't access at least one of the keys", _NOT_ALLOWED),
    ("can't run this command", _NOT_ALLOWED),
    ("moved", "it is one node of a cluster: pass a redis.asyncio.RedisCluster to Fleet"),
    ("read only replica", "it is a replica that cannot be written: name its primary"),
)
"""What servers say, and what to do then. Within a script versions say it in different words."""


def failure_of(error: Exception, place: str, rights: str = RIGHTS) -> FleetUnavailable | StoreFailed:
    """The library's own error for one of redis-py's, in one sentence that says what to do.

    Args:
        error: what was raised.
        place: where Redis is.
        rights: what the user must be allowed, where that is not so.
    """
    if isinstance(error, StoreFailed):
        return error
    why = reason(error)
    if is_away(error):
        return FleetUnavailable(f"Redis at {place} cannot be reached: {why}.")
    said = f"{type(error).__name__} {why}".lower()
    known = next((words for sign, words in _WORDS if sign in said), None)
    if known == _NOT_ALLOWED:
        known += rights
    return StoreFailed(
        f"Redis at {place} cannot be used: {known}." if known else f"Redis at {place} refuses: {why}."
    )
