"""Reading ahead: answers that are on their way before anybody asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeAlias

from asyncsdk.message import Lane, Response
from asyncsdk.ways import Ask

__all__ = ["Ahead", "Fetch"]

Fetch: TypeAlias = Callable[[Ask, Lane], Coroutine[Any, Any, Response]]
_Key: TypeAlias = tuple[tuple[str, Any], ...]


class Ahead:
    """The answers on their way."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._coming: dict[_Key, asyncio.Task[Response]] = {}

    async def take(self, ask: Ask) -> Response:
        """The answer, which may be on its way already."""
        coming = self._coming.get(_key(ask))
        if coming is None:
            return await self._fetch(ask, Lane.INTERACTIVE)
        # It stays among the others while it is waited for: whoever stops then must stop it, too.
        response = await coming
        self._coming.pop(_key(ask), None)
        return response

    def want(self, asks: Iterable[Ask]) -> None:
        """Read these ahead, and no others any more."""
        before, self._coming = self._coming, {}
        for ask in asks:
            key = _key(ask)
            self._coming[key] = before.pop(key) if key in before else self._begun(ask)
        for task in before.values():
            task.cancel()

    def _begun(self, ask: Ask) -> asyncio.Task[Response]:
        task = asyncio.get_running_loop().create_task(self._fetch(ask, Lane.BULK), name="asyncsdk read ahead")
        task.add_done_callback(_retrieved)
        return task

    async def stop(self) -> None:
        """Leave nothing running."""
        coming, self._coming = list(self._coming.values()), {}
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)


def _key(ask: Ask) -> _Key:
    return tuple(ask.items())


def _retrieved(task: asyncio.Task[Response]) -> None:
    """An answer that nobody asks for any more may have failed without anybody to tell."""
    if not task.cancelled():
        task.exception()
