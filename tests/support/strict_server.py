"""Strict server in a process of its own: it counts every call in any second as it arrives, refused ones too.

Each way a call is under way for a random time. It speaks as much of Act-On as a contact's upsert and ``/token``
need, and it is of another make than the client. As a program it prints its URL, then answers one question a line.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import web
from attrs import define, field

from tests.support.arrivals import Arrival
from tests.support.http_server import serving
from tests.support.window_server import SlidingWindow

__all__ = ["STATIC_TOKEN", "StrictServer", "strict_server"]

STATIC_TOKEN: Final = "static"
"""A bearer token that is always accepted, for clients that are no subject of a test of logins."""

LONGEST_LINE: Final = 1 << 24


@define
class StrictServer:
    """Handle of a strict server that runs beside the test."""

    url: str
    low: float
    """Seconds that a call is under way at least, each way."""
    high: float
    _process: Process = field(repr=False)

    async def arrivals(self) -> list[Arrival]:
        """Every call so far, in the order in which they arrived."""
        return [Arrival(*each) for each in await self._ask("arrivals")]

    async def arrived(self, number: int) -> list[Arrival]:
        """Wait until so many calls have come."""
        for _ in range(600):
            if len(arrivals := await self.arrivals()) >= number:
                return arrivals
            await asyncio.sleep(0.1)
        raise AssertionError("the calls do not come")

    async def longest_lag(self) -> float:
        """Seconds by which the server itself was late at worst: what a busy machine adds to a way."""
        return float(await self._ask("lag"))

    async def refuse_next(self, retry_after: int) -> None:
        """Answer 429 to the next call, whatever the second holds, and ask for a pause of so many seconds."""
        await self._ask(retry_after)

    async def end_token(self) -> None:
        """Refuse the token that was given last from now on; its refresh token may be used."""
        await self._ask("end token")

    async def _ask(self, question: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def strict_server(low: float = 0.02, high: float = 0.1, seed: int = 1) -> AsyncIterator[StrictServer]:
    """Start a server to which calls take ``low`` to ``high`` seconds, and as long back.

    A limiter allows a call 0.2 s to arrive; what is left of it beyond ``high`` is for a machine that is busy.
    """
    command = [sys.executable, "-m", "tests.support.strict_server", str(low), str(high), str(seed)]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        yield StrictServer(url, low, high, process)
    finally:
        process.stdin.close()
        await process.wait()


class _TokenEndpoint:
    """``/token`` as Act-On has it: a login ends the token of the login before, a refresh token is used once."""

    def __init__(self) -> None:
        self._tokens = 0
        self._refresh_token: str | None = None
        self._access_token: str | None = None

    def ask(self, form: dict[str, str]) -> web.Response:
        """Answer a login or a refresh."""
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self._refresh_token:
            return web.json_response({"error": "invalid_grant"}, status=400)
        self._tokens += 1
        self._access_token, self._refresh_token = f"access-{self._tokens}", f"refresh-{self._tokens}"
        return web.json_response(
            {"access_token": self._access_token, "refresh_token": self._refresh_token, "expires_in": 3600}
        )

    def end(self) -> None:
        """End the token that was given last."""
        self._access_token = None

    def is_valid(self, header: str) -> bool:
        """Whether a call may use this ``Authorization``."""
        return header.removeprefix("Bearer ") in {STATIC_TOKEN, self._access_token}


class _Account:
    """What the server knows: the second, the token, and every arrival."""

    def __init__(self, low: float, high: float, seed: int) -> None:
        self._low = low
        self._high = high
        self._chance = random.Random(seed)
        self._second = SlidingWindow(strict=True)
        self._tokens = _TokenEndpoint()
        self._pauses: deque[int] = deque()
        self._arrivals: list[tuple[float, bool, str]] = []
        self._longest_lag = 0.0

    def told(self, question: object) -> object:
        """Answer the test."""
        if question == "arrivals":
            return self._arrivals
        if question == "lag":
            return self._longest_lag
        if isinstance(question, int):
            self._pauses.append(question)
        else:
            self._tokens.end()
        return None

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer a call."""
        body = (await request.read()).decode()
        loop = asyncio.get_running_loop()
        # Counted is when a call was to arrive: a busy machine wakes this later.
        arrival = loop.time() + self._chance.uniform(self._low, self._high)
        await asyncio.sleep(arrival - loop.time())
        self._longest_lag = max(self._longest_lag, loop.time() - arrival)
        answer = self._arrived(arrival, request, body)
        await asyncio.sleep(self._chance.uniform(self._low, self._high))
        return answer

    def _arrived(self, now: float, request: web.BaseRequest, body: str) -> web.Response:
        form = dict(pair.split("=", 1) for pair in body.split("&")) if request.path.endswith("/token") else None
        who = request.query.get("email", "").partition(".")[0]
        if form is not None:
            who = "refresh" if form["grant_type"] == "refresh_token" else "login"
        accepted = self._second.arrive(now) and not self._pauses
        self._arrivals.append((now, accepted, who))
        if not accepted:
            headers = {"Retry-After": str(self._pauses.popleft())} if self._pauses else {}
            return web.json_response({"errorCode": "429", "message": "too many"}, status=429, headers=headers)
        if form is not None:
            return self._tokens.ask(form)
        if not self._tokens.is_valid(request.headers.get("Authorization", "")):
            return web.json_response({"errorCode": "401", "message": "no such token"}, status=401)
        return web.json_response({"status": "success", "message": "Record updated", "id": "l-0001:1"})


async def _serve(low: float, high: float, seed: int) -> None:
    account = _Account(low, high, seed)
    questions = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(questions), sys.stdin)
    async with serving(account.answer) as url:
        print(url, flush=True)
        while question := await questions.readline():
            print(json.dumps(account.told(json.loads(question))), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
