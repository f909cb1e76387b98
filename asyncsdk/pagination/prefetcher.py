"""Prefetcher: pages of a list that are requested before they are needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

__all__ = ["Prefetcher"]

T = TypeVar("T")

_Request: TypeAlias = Mapping[str, Any]
_Key: TypeAlias = tuple[tuple[str, Any], ...]


class Prefetcher(Generic[T]):
    """Fetches pages ahead of their use, each once.

    Any number of tasks may wait for one page; a waiter that is cancelled cancels neither the page nor another
    waiter. What is fetched and not needed any more is cancelled by ``prefetch`` and by ``stop``. A page whose task
    somebody else has cancelled is fetched when it is needed.

    Args:
        fetch: fetches the page of a request; its flag says whether the page is fetched ahead.
    """

    def __init__(self, fetch: Callable[[_Request, bool], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._ahead: dict[_Key, _Fetched[T]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, request: _Request) -> T:
        """The page, which may be on its way already."""
        key = _key(request)
        fetched = self._ahead.get(key)
        if fetched is None:
            return await self._fetch(request, False)
        try:
            await fetched.ended()
            if fetched.task.cancelled() and self._ahead.get(key) is fetched:  # not by this prefetcher
                return await self._fetch(request, False)
            return fetched.page()
        finally:
            # Until it has come it stays among the others: who stops the prefetcher then must stop it, too.
            if fetched.task.done() and self._ahead.get(key) is fetched:
                del self._ahead[key]

    def prefetch(self, requests: Iterable[_Request]) -> None:
        """Fetch these pages ahead, and no others any more."""
        before, self._ahead = self._ahead, {}
        for request in requests:
            key = _key(request)
            self._ahead[key] = before.pop(key) if key in before else self._begun(request)
        for fetched in before.values():
            fetched.task.cancel()

    def _begun(self, request: _Request) -> _Fetched[T]:
        fetched = _Fetched(self._fetch, request)
        self._running.add(fetched.task)
        fetched.task.add_done_callback(self._ended)
        return fetched

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # a page that is not needed any more may fail without a report

    async def stop(self) -> None:
        """Cancel all that is running, and wait for its end."""
        self._ahead = {}
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


class _Fetched(Generic[T]):
    """One page. It is not the task's result, for a task may stay in memory long after its end."""

    def __init__(self, fetch: Callable[[_Request, bool], Awaitable[T]], request: _Request) -> None:
        self._pages: list[T] = []
        self.task = asyncio.get_running_loop().create_task(self._read(fetch, request), name="asyncsdk read ahead")

    async def _read(self, fetch: Callable[[_Request, bool], Awaitable[T]], request: _Request) -> None:
        self._pages.append(await fetch(request, True))

    async def ended(self) -> None:
        """Wait until the page is there, or cannot be had."""
        if self.task.done():
            await asyncio.sleep(0)  # the others on the loop get their turn between two pages
        else:
            await asyncio.wait((self.task,))  # unlike the task itself, it may be cancelled

    def page(self) -> T:
        """The page, once it is there."""
        self.task.result()
        return self._pages[0]


def _key(request: _Request) -> _Key:
    return tuple(request.items())
