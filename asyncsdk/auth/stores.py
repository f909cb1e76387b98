"""Where tokens and the account book are kept between sessions: in memory, or in a file shared by processes.

A store remembers whose token it keeps, so that a token of one user is never used for another.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from os import PathLike
from pathlib import Path
from typing import Final, Protocol

from attrs import evolve

from asyncsdk import clock
from asyncsdk.auth.tokens import Token
from asyncsdk.errors import StoreFailed
from asyncsdk.files.file_lock import PAUSE, locked
from asyncsdk.files.json_file import Content, read, remove_left_behind, write
from asyncsdk.limits.tally import Tally, json_of, tally_from

__all__ = ["FileStore", "MemoryStore", "TokenStore"]


class TokenStore(Protocol):
    """What a session needs of a store."""

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner; none if there is none, or if it is another's."""
        ...

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token; it is safe when this returns."""
        ...

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Hold the right to renew the token, which only one session has at a time."""
        ...

    async def count(self, tally: Tally) -> Tally:
        """Add to the account book; gives all of it."""
        ...


class MemoryStore:
    """Keeps a token as long as the object lives; share it between sessions of one process, of any threads."""

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
        return token if _same(owner, whose) else None

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
                await asyncio.sleep(PAUSE)  # its holder may be in another thread, which no event of ours hears of
            try:
                yield
            finally:
                self._holder = None
                self._renewing.release()

    async def count(self, tally: Tally) -> Tally:
        """Add to the account book; gives all of it."""
        with self._counting:
            self._tally.add(tally)
            self._tally.forget_before(clock.wall())
            return evolve(self._tally, calls=dict(self._tally.calls))

    def _taken_by(self, loop: asyncio.AbstractEventLoop) -> bool:
        with self._counting:
            gone = self._holder is not None and self._holder.is_closed()  # it will never let go
            taken = gone or self._renewing.acquire(blocking=False)
            if taken:
                self._holder = loop
            return taken

    def _first_come(self, loop: asyncio.AbstractEventLoop) -> asyncio.Lock:
        """A lock for the tasks of one loop: they are served in the order in which they came."""
        if self._held is None or self._held[0] is not loop:
            self._held = (loop, asyncio.Lock())
        return self._held[1]


class FileStore:
    """Keeps a token in a file that only its owner may read; processes and sessions on one file share it.

    Beside the file stand its account book and two lock files. Each write replaces the whole file at once,
    and is on the disk before it counts. What is no token file is never replaced: that is a ``StoreFailed``.
    A symbolic link stays one: the file that it leads to is replaced, and what stands beside that file is used.

    Args:
        path: the file; its folder is created if missing.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._given = Path(path)
        self._path = Path(os.path.realpath(path))
        self._book = Path(f"{self._path}.usage")
        self._looked_at = False

    def __repr__(self) -> str:
        return f"FileStore({str(self._given)!r})"

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner; none if the file is missing or damaged."""
        with self._told():
            await asyncio.to_thread(_refuse_what_is_not_ours, self._path)
            content = await asyncio.to_thread(read, self._path)
        return _token_in(content, owner) if content is not None else None

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token; it is on the disk when this returns."""
        with self._told():
            await asyncio.to_thread(_refuse_what_is_not_ours, self._path)
            await asyncio.to_thread(write, self._path, _content_of(token, owner))

    @asynccontextmanager
    async def exclusive(self) -> AsyncGenerator[None]:
        """Hold the right to renew the token, among all processes that use the file."""
        async with self._locked(Path(f"{self._path}.lock"), _A_RENEWAL):
            yield

    async def count(self, tally: Tally) -> Tally:
        """Add to the account book; gives all of it, other processes' calls included."""
        async with self._locked(Path(f"{self._book}.lock"), _AN_ENTRY):
            with self._told():
                return await asyncio.to_thread(self._add, tally)

    def _add(self, tally: Tally) -> Tally:
        content = read(self._book)
        whole = tally_from((content.mapping() if content is not None else None) or {})
        if whole.succeeded is None:
            whole.succeeded = 0.0
        if tally:
            whole.add(tally)
            whole.forget_before(clock.wall())
            write(self._book, Content.of(json_of(whole)))
        return whole

    @asynccontextmanager
    async def _locked(self, path: Path, patience: float) -> AsyncGenerator[None]:
        """Hold a lock file; what goes wrong while it is held is not the lock's."""
        async with AsyncExitStack() as stack:
            with self._told():
                if not self._looked_at:  # before anything is left beside a file that cannot be used
                    await asyncio.to_thread(_refuse_what_is_not_ours, self._path)
                    for each in (self._path, self._book):
                        await asyncio.to_thread(remove_left_behind, each)
                    self._looked_at = True
                await stack.enter_async_context(locked(path, patience))
            yield

    @contextmanager
    def _told(self) -> Generator[None]:
        """Tell in the library's own error which file cannot be used."""
        try:
            yield
        except OSError as error:
            raise StoreFailed(f"The token file {self._given} cannot be used: {error.strerror or error}") from error


_BEGINS: Final = b'{"access_token"'
"""What a token file begins with, also where the rest is lost."""

_LONGEST: Final = 64 * 1024
"""Bytes: no token file is longer."""

_A_RENEWAL: Final = 300.0
"""Seconds that another process may take to renew the token, with all its attempts and timeouts."""

_AN_ENTRY: Final = 10.0
"""Seconds that another process may take to write into the account book."""


def _refuse_what_is_not_ours(path: Path) -> None:
    """Keep a wrong path from costing a file: what is there must be a token file, a damaged one at least.

    Raises:
        OSError: it is not.
    """
    content = read(path, _LONGEST)
    if content is not None and not _may_hold_a_token(content):
        raise OSError("it is there and holds something else than a token. Name a file of its own.")


def _may_hold_a_token(content: Content) -> bool:
    if _BEGINS.startswith(content.data[: len(_BEGINS)]):
        return True
    kept = content.mapping()
    return kept is not None and (not kept or "access_token" in kept or "refresh_token" in kept)


def _token_in(content: Content, owner: str) -> Token | None:
    kept = content.mapping()
    if kept is None or not _same(owner, kept.get("owner", "")):
        return None
    token = Token(kept.get("access_token", ""), kept.get("refresh_token"), kept.get("expires_at"))
    return token.usable_parts() if token.is_usable() else None


def _content_of(token: Token, owner: str) -> Content:
    return Content.of(
        {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "expires_at": token.expires_at,
            "owner": owner,
        }
    )


def _same(owner: str, whose: object) -> bool:
    return not owner or not whose or owner == whose
