"""Token store in memory, shared by sessions of one process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from attrs import evolve

from asyncsdk import clock
from asyncsdk.auth.token_store import belongs_to
from asyncsdk.auth.tokens import Token
from asyncsdk.files.file_lock import PAUSE
from asyncsdk.limits.tally import Tally

__all__ = ["MemoryStore"]


class MemoryStore:
    """Token store that lives as long as the object; share it between sessions of one process, of any threads."""

    def __init__(self) -> None:
        self._kept: tuple[Token, str] | None = None
        self._tally = Tally(succeeded=0.0)
        self._counting = threading.Lock()
        self._renewing = threading.Lock()
        self._held: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        self._holder: asyncio.AbstractEventLoop | None = None

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner."""
        if self._kept is None:
            return None
        token, whose = self._kept
        return token if belongs_to(owner, whose) else None

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token."""
        self._kept = (token, owner)

    @asynccontextmanager
    async def exclusive(self) -> AsyncGenerator[None]:
        """Hold the right to renew the token, among the tasks of all event loops."""
        loop = asyncio.get_running_loop()
        async with self._first_come(loop):
            while True:
                if self._taken_by(loop):
                    break
                await asyncio.sleep(PAUSE)  # its holder may be in another thread, which sets no event of this loop
            try:
                yield
            finally:
                self._holder = None
                self._renewing.release()

    async def count(self, tally: Tally) -> Tally:
        """Add to the usage counts; gives all of them."""
        with self._counting:
            self._tally.add(tally)
            self._tally.forget_before(clock.wall())
            return evolve(self._tally, calls=dict(self._tally.calls))

    def _taken_by(self, loop: asyncio.AbstractEventLoop) -> bool:
        with self._counting:
            gone = self._holder is not None and self._holder.is_closed()  # it will never release it
            taken = gone or self._renewing.acquire(blocking=False)
            if taken:
                self._holder = loop
            return taken

    def _first_come(self, loop: asyncio.AbstractEventLoop) -> asyncio.Lock:
        """A lock for the tasks of one loop: they are served in the order in which they came."""
        held = self._held
        if held is None or held[0] is not loop:
            held = self._held = (loop, asyncio.Lock())
        return held[1]  # not what is there now: another thread may have put its own there
