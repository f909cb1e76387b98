"""Ways to save many records: the library's, and the loops that people write instead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote

import aiohttp
from aiolimiter import AsyncLimiter
from attrs import frozen

from asyncsdk import Session
from benchmarks.bulk_rows import as_dict, cells

__all__ = ["CLIENTS", "OURS", "Client", "Target"]

AT_ONCE: Final = 10
NAP: Final = 1.0
"""Seconds that a loop sleeps after a 429, if it does."""


@frozen
class Target:
    """Where the rows go."""

    url: str
    token: str
    list_id: str
    rows: int


Client: TypeAlias = Callable[[Target], Awaitable[object]]


def _ours(via: Literal["auto", "records", "upload"]) -> Client:
    async def run(target: Target) -> object:
        async with Session(token=target.token, base_url=target.url) as acton:
            rows = (as_dict(cells(number)) for number in range(target.rows))
            return await acton.bulk.upsert(target.list_id, rows, via=via)

    return run


def _loop(at_once: int, *, again: bool, limiter: Callable[[], AsyncLimiter] | None = None) -> Client:
    """A PUT for each record by aiohttp; ``again`` tells whether a 429 is slept off, else the row is lost."""

    async def run(target: Target) -> object:
        numbers = iter(range(target.rows))
        limit = limiter() if limiter is not None else None
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {target.token}"}) as http:

            async def save(row: dict[str, Any]) -> None:
                url = f"{target.url}/api/1/list/{target.list_id}/record?email={quote(row['Email'])}"
                while True:
                    if limit is not None:
                        await limit.acquire()
                    async with http.put(url, json=row) as answer:
                        await answer.read()
                    if answer.status != 429 or not again:
                        return
                    await asyncio.sleep(NAP)

            async def work() -> None:
                for number in numbers:
                    await save(as_dict(cells(number)))

            await asyncio.gather(*(work() for _ in range(at_once)))
        return None

    return run


def _bucket() -> AsyncLimiter:
    return AsyncLimiter(5, 1)


OURS: Final = {"auto": "bulk.upsert", "records": "bulk.upsert, via records", "upload": "bulk.upsert, via upload"}
CLIENTS: Final[dict[str, Client]] = {
    OURS["auto"]: _ours("auto"),
    OURS["records"]: _ours("records"),
    OURS["upload"]: _ours("upload"),
    "aiohttp, one by one, 429s ignored": _loop(1, again=False),
    "aiohttp, one by one, sleeps 1 s on a 429": _loop(1, again=True),
    f"aiohttp, {AT_ONCE} at once, 429s ignored": _loop(AT_ONCE, again=False),
    f"aiohttp, {AT_ONCE} at once, sleeps 1 s on a 429": _loop(AT_ONCE, again=True),
    f"aiohttp, {AT_ONCE} at once, AsyncLimiter(5, 1), 429s ignored": _loop(AT_ONCE, again=False, limiter=_bucket),
    f"aiohttp, {AT_ONCE} at once, AsyncLimiter(5, 1), sleeps 1 s": _loop(AT_ONCE, again=True, limiter=_bucket),
}
