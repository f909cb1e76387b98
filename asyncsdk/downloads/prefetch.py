"""Reading ahead: answers that are on their way before anybody asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeAlias

from asyncsdk.http.messages import Response
from asyncsdk.limits.lanes import Lane
from asyncsdk.pagination.strategies import PageRequest

__all__ = ["Ahead", "Fetch"]

Fetch: TypeAlias = Callable[[PageRequest, Lane], Coroutine[Any, Any, Response]]
_Key: TypeAlias = tuple[tuple[str, Any], ...]


class Ahead:
    """The answers on their way."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._coming: dict[_Key, _Coming] = {}

    async def take(self, ask: PageRequest) -> Response:
        """The answer, which may be on its way already."""
        key = _key(ask)
        coming = self._coming.get(key)
        if coming is None:
            return await self._fetch(ask, Lane.INTERACTIVE)
        # It stays among the others while it is waited for: whoever stops then must stop it, too.
        response = await coming.taken()
        self._coming.pop(key, None)
        return response

    def want(self, asks: Iterable[PageRequest]) -> None:
        """Read these ahead, and no others any more."""
        before, self._coming = self._coming, {}
        for ask in asks:
            key = _key(ask)
            self._coming[key] = before.pop(key) if key in before else _Coming(self._fetch, ask)
        for coming in before.values():
            coming.task.cancel()

    async def stop(self) -> None:
        """Leave nothing running."""
        tasks = [coming.task for coming in self._coming.values()]
        self._coming = {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Coming:
    """One answer. It is not the task's result, for a task may stay in memory long after its end."""

    def __init__(self, fetch: Fetch, ask: PageRequest) -> None:
        self._response: Response | None = None
        self.task = asyncio.get_running_loop().create_task(self._read(fetch, ask), name="asyncsdk read ahead")
        self.task.add_done_callback(_retrieved)

    async def _read(self, fetch: Fetch, ask: PageRequest) -> None:
        self._response = await fetch(ask, Lane.BULK)

    async def taken(self) -> Response:
        """The answer, once it is there."""
        if self.task.done():
            await asyncio.sleep(0)  # the others on the loop get their turn between two pages
        await self.task
        response, self._response = self._response, None
        if response is None:
            raise RuntimeError("An answer is taken only once.")
        return response


def _key(ask: PageRequest) -> _Key:
    return tuple(ask.items())


def _retrieved(task: asyncio.Task[None]) -> None:
    """An answer that nobody asks for any more may have failed without anybody to tell."""
    if not task.cancelled():
        task.exception()
