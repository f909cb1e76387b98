"""Coordinator of an account in Redis: one request for turns is one run of the script."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Final

from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import TurnReply, TurnRequest
from asyncsdk.redis.account_keys import account_key
from asyncsdk.redis.script import RedisClient, Script, request
from asyncsdk.redis.turn_codec import decode_reply, encode_request, encode_rules

__all__ = ["RedisCoordinator"]

_TURN: Final = Script(files("asyncsdk.redis").joinpath("turn.lua").read_text())


class RedisCoordinator:
    """Coordinator of one account.

    Args:
        redis: the client.
        account: the name of the account.
        rules: the constants of the law.
    """

    def __init__(self, redis: RedisClient, account: str, rules: Rules) -> None:
        self._redis = redis
        self._keys = (account_key(account, "limits"), account_key(account, "calls"))
        self._rules = encode_rules(rules)

    async def decide(self, turns: TurnRequest, seconds: float) -> TurnReply:
        """Let Redis carry out a request; it may have done so even where this raises.

        Args:
            turns: the request.
            seconds: how long it may take.

        Raises:
            RedisError: Redis refuses.
            OSError: it cannot be reached, or does not answer in time.
            UnreadableReply: it answers something else.
        """
        async with asyncio.timeout(seconds):
            answer = await _TURN.run(self._redis, self._keys, (encode_request(turns), self._rules))
        return decode_reply(answer)

    async def connect(self, seconds: float) -> None:
        """See to it that there is a connection, which takes longer than a request.

        Raises:
            RedisError: Redis refuses.
            OSError: it cannot be reached, or does not answer in time.
        """
        async with asyncio.timeout(seconds):
            await request(self._redis, "PING")
