"""Parts of one session in Redis: its store and its limiter, with the connections that they use."""

from __future__ import annotations

from contextlib import AsyncExitStack

from asyncsdk.limits.policy import Limits
from asyncsdk.redis.checked_client import CheckedClient
from asyncsdk.redis.connect import close_client, limiter_client, place_of, store_client
from asyncsdk.redis.lifetime import Lifetime
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_limiter import RedisLimiter
from asyncsdk.redis.redis_store import RedisStore
from asyncsdk.redis.server_check import check_server

__all__ = ["SessionParts"]


class SessionParts:
    """Store and limiter of one session, which opens and closes them.

    Args:
        address: where Redis is.
        account: a name for the account, the same in all processes.
        limits: what the account is allowed.

    Raises:
        InvalidArgument: the address or the name cannot be used.
    """

    def __init__(self, address: RedisAddress, account: str, limits: Limits) -> None:
        self._lifetime = Lifetime("session")
        self._clients = (limiter_client(address), store_client(address))
        for_limiter, for_store = (CheckedClient(client, self._lifetime.check) for client in self._clients)
        self.store = RedisStore(for_store, account=account)
        self.limiter = RedisLimiter(for_limiter, account=account, limits=limits)

    async def open(self) -> None:
        """Check the server.

        Raises:
            FleetUnavailable: it does not answer.
            StoreFailed: it cannot be used.
        """
        self._lifetime.begin()
        client = self._clients[0]
        try:
            await check_server(client, place_of(client))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close the limiter, which takes its leave of Redis, then the connections; twice is harmless."""
        if not self._lifetime.may_close():
            self._lifetime.end()
            return
        async with AsyncExitStack() as stack:
            for client in self._clients:
                stack.push_async_callback(close_client, client)
            stack.callback(self._lifetime.end)
            await self.limiter.close()
