"""Token store in Redis, which processes on all machines share: the token, and the usage counts of the account."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import AsyncGenerator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeVar

from asyncsdk import clock
from asyncsdk.auth.kept_token import content_of, token_in
from asyncsdk.auth.tokens import Token
from asyncsdk.errors import ActOnError, StoreFailed
from asyncsdk.files.json_file import Content
from asyncsdk.limits.tally import Tally, json_of, tally_from
from asyncsdk.redis.account_keys import account_key, checked_account
from asyncsdk.redis.checked_client import CheckedClient
from asyncsdk.redis.lease import LEASE_SECONDS, MEMORY_MS, Lease, Right
from asyncsdk.redis.redis_errors import REDIS_ERRORS, reason
from asyncsdk.redis.script import RedisClient, Script

__all__ = ["RedisStore", "renewal_right"]

T = TypeVar("T")

_log = logging.getLogger("asyncsdk")

LONGEST: Final = 1 << 18
"""Bytes: a longer value was not written here, and counts as none."""

RENEWAL_SECONDS: Final = 300.0
"""Seconds that another process may take to renew the token, with all its attempts and timeouts."""

TRIES: Final = 100
"""How often counts are added at the most: others may add theirs between the reading and the writing."""

PAUSE: Final = 0.01
"""Seconds between two such tries, on average."""

# A value of another type, or one that is too long, reads as an empty one, and is replaced as one.
_READ: Final = """
local kept = redis.pcall('GET', KEYS[1])
if type(kept) ~= 'string' or #kept > tonumber(ARGV[1]) then kept = '' end
"""

_LOAD: Final = Script(_READ + "return kept")

_ADD: Final = Script(
    _READ
    + """
if redis.sha1hex(kept) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
"""
)

_SAVE: Final = Script("""
local last = redis.call('GET', KEYS[2])
if ARGV[1] ~= '' and last and last ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
""")


def renewal_right(account: str) -> Right:
    """The right to renew the token of an account."""
    keys = account_key(account, "renewer"), account_key(account, "fence")
    return Right(f"to renew the token of account {account}", *keys)


class RedisStore:
    """Token store in Redis; all sessions with the same account on the same Redis share it, on any machine.

    It serves one event loop, as the connections of its client do. The token stands there as readable text: whoever
    may read the keys ``asyncsdk:*`` can use the account. What nobody uses for a year is forgotten.

    Args:
        redis: a client, such as ``redis.asyncio.Redis``; it stays the caller's.
        account: a name of your own for the account, the same in all processes.
        lease_seconds: the right to renew of a process that died is free again after so many seconds.

    Raises:
        InvalidArgument: ``redis`` is no client, or the account's name cannot be part of a key.
    """

    def __init__(self, redis: RedisClient, *, account: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self._redis = CheckedClient(redis, self._check_loop)
        self._account = checked_account(account)
        self._lease_seconds = lease_seconds
        self._token_key = account_key(self._account, "token")
        self._right = renewal_right(self._account)
        self._counts_key = account_key(self._account, "counts")
        self._leases: dict[asyncio.Task[Any] | None, Lease] = {}
        self._unsaved: tuple[str, Content] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __repr__(self) -> str:
        return f"RedisStore(account={self._account!r})"

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner; None if there is none, or what is there is no token.

        Raises:
            StoreFailed: Redis cannot be asked.
        """
        return token_in(await self._asked(self._read(self._token_key)), owner)

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token; Redis has it when this returns.

        Within ``exclusive`` it is dropped if another process took the right meanwhile, as the token of that one
        is newer; the log says so.

        Raises:
            StoreFailed: Redis cannot be asked.
        """
        lease = self._leases.get(asyncio.current_task())
        fence, content = lease.name if lease is not None else "", content_of(token, owner)
        # One that Redis does not get now follows later, unless another process renews it meanwhile.
        self._unsaved = (fence, content) if fence else None
        await self._asked(self._save(fence, content))

    async def _save(self, fence: str, content: Content) -> None:
        arguments = (fence, content.data, MEMORY_MS)
        kept = await _SAVE.run(self._redis, (self._token_key, self._right.fence), arguments)
        if self._unsaved == (fence, content):  # and not a newer one, which came meanwhile
            self._unsaved = None
        if not kept:
            _log.warning(
                "A new token of account %s was not kept: another process renewed it meanwhile, as this one stood"
                " still or could not reach Redis.",
                self._account,
                extra={"acton_event": "token_not_kept", "acton_account": self._account},
            )

    @asynccontextmanager
    async def exclusive(self) -> AsyncGenerator[None]:
        """Hold the right to renew the token, among all processes of the account.

        Raises:
            StoreFailed: Redis cannot be asked, or another process holds it for too long.
        """
        lease, task = Lease(self._redis, self._right, self._lease_seconds), asyncio.current_task()
        async with AsyncExitStack() as stack:
            await self._asked(stack.enter_async_context(lease.held(RENEWAL_SECONDS)))
            self._leases[task] = lease
            stack.callback(self._leases.pop, task)
            yield

    async def count(self, tally: Tally) -> Tally:
        """Add to the usage counts; gives all of them, other processes' calls included.

        Raises:
            StoreFailed: Redis cannot be asked.
        """
        return await self._asked(self._count(tally))

    async def _count(self, tally: Tally) -> Tally:
        if self._unsaved is not None:
            await self._save(*self._unsaved)
        for _ in range(TRIES):
            kept = await self._read(self._counts_key)
            whole = tally_from(kept.mapping() or {})
            if whole.succeeded is None:
                whole.succeeded = 0.0
            if not tally or await self._add(tally, whole, kept):
                return whole
            await asyncio.sleep(random.uniform(0, 2 * PAUSE))
        raise StoreFailed(
            f"The usage counts of account {self._account} could not be written: too many processes write them."
        )

    async def _add(self, tally: Tally, whole: Tally, kept: Content) -> bool:
        """Write the counts with more added, unless they are not any more what was read."""
        whole.add(tally)
        whole.forget_before(clock.wall())
        read = hashlib.sha1(kept.data, usedforsecurity=False).hexdigest()
        arguments = (LONGEST, read, Content.of(json_of(whole)).data, MEMORY_MS)
        return bool(await _ADD.run(self._redis, (self._counts_key,), arguments))

    async def _read(self, key: str) -> Content:
        value = await _LOAD.run(self._redis, (key,), (LONGEST,))
        return Content(value if isinstance(value, bytes) else str(value).encode())

    async def _asked(self, asking: Awaitable[T]) -> T:
        """Ask Redis, or raise the library's own error. Not with its cause, which shows what was sent: a token.

        Raises:
            StoreFailed: Redis cannot be asked.
            ActOnError: this is not the event loop of the store.
        """
        try:
            answer = await asking
        except StoreFailed:
            raise
        except REDIS_ERRORS as error:
            why = reason(error)
        else:
            self._loop = asyncio.get_running_loop()
            return answer
        raise StoreFailed(f"The token of account {self._account} in Redis cannot be used: {why}.")

    def _check_loop(self) -> None:
        if self._loop is not None and self._loop is not asyncio.get_running_loop():
            raise ActOnError(
                "This RedisStore belongs to another event loop, as its connections do. Make a Fleet, or a"
                " RedisStore and its client, in each: they share the token by Redis."
            )
