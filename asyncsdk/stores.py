"""Where tokens and the account book are kept between sessions: in memory, or in a file shared by processes.

A store remembers whose token it keeps, so that a token of one user is never used for another.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, Final, Protocol, cast

from asyncsdk import clock
from asyncsdk.errors import StoreFailed
from asyncsdk.ledger import Tally, tally_from
from asyncsdk.tokens import Token

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
    """Keeps a token as long as the object lives; share it between sessions of one process."""

    def __init__(self) -> None:
        self._kept: tuple[Token, str] | None = None
        self._tally = Tally()
        self._held: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner."""
        if self._kept is None:
            return None
        token, whose = self._kept
        return token if _same(owner, whose) else None

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token."""
        self._kept = (token, owner)

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Hold the right to renew the token."""
        loop = asyncio.get_running_loop()
        if self._held is None or self._held[0] is not loop:
            self._held = (loop, asyncio.Lock())
        return _nameless(self._held[1])

    async def count(self, tally: Tally) -> Tally:
        """Add to the account book; gives all of it."""
        self._tally.add(tally)
        self._tally.forget_before(clock.wall())
        return self._tally


class FileStore:
    """Keeps a token in a file that only its owner may read; processes and sessions on one file share it.

    Beside the file stand its account book and two lock files. Each write replaces the whole file at once,
    and is on the disk before it counts. What is no token file is never replaced: that is a ``StoreFailed``.

    Args:
        path: the file; its folder is created if missing.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = Path(path)
        self._looked_at = False
        self._book = Path(f"{self._path}.usage")

    def __repr__(self) -> str:
        return f"FileStore({str(self._path)!r})"

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner; none if the file is missing or damaged."""
        with self._told():
            await asyncio.to_thread(_refuse_what_is_not_ours, self._path)
            kept = await asyncio.to_thread(_read, self._path)
        if not kept or not isinstance(kept.get("access_token"), str) or not _same(owner, kept.get("owner", "")):
            return None
        refresh_token, expires_at = kept.get("refresh_token"), kept.get("expires_at")
        return Token(
            kept["access_token"],
            refresh_token if isinstance(refresh_token, str) else None,
            expires_at if isinstance(expires_at, (int, float)) else None,
        )

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token; it is on the disk when this returns."""
        kept = {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "expires_at": token.expires_at,
            "owner": owner,
        }
        with self._told():
            await asyncio.to_thread(_refuse_what_is_not_ours, self._path)
            await asyncio.to_thread(_write, self._path, kept)

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
        whole = tally_from(_read(self._book) or {})
        if tally:
            whole.add(tally)
            whole.forget_before(clock.wall())
            _write(self._book, {"calls": whole.calls, "logins": whole.logins})
        return whole

    @asynccontextmanager
    async def _locked(self, path: Path, patience: float) -> AsyncGenerator[None]:
        """Hold a lock file; what goes wrong while it is held is not the lock's."""
        async with AsyncExitStack() as stack:
            with self._told():
                if not self._looked_at:  # before anything is left beside a file that cannot be used
                    await asyncio.to_thread(_refuse_what_is_not_ours, self._path)
                    self._looked_at = True
                await stack.enter_async_context(_locked(path, patience))
            yield

    @contextmanager
    def _told(self) -> Generator[None]:
        """Tell in the library's own error which file cannot be used."""
        try:
            yield
        except OSError as error:
            raise StoreFailed(f"The token file {self._path} cannot be used: {error.strerror or error}") from error


_BEGINS: Final = b'{"access_token"'
"""What a token file begins with, also where the rest is lost."""

_LONGEST: Final = 64 * 1024
"""Bytes: no token file is longer."""


def _refuse_what_is_not_ours(path: Path) -> None:
    """Keep a wrong path from costing a file: what is there must be a token file, a damaged one at least.

    Raises:
        OSError: it is not.
    """
    if not path.exists():
        return
    if not (path.is_file() or path.is_dir()):
        raise OSError("it is no regular file.")
    with path.open("rb") as file:
        content = file.read(_LONGEST)
    if not _BEGINS.startswith(content[: len(_BEGINS)]) and not _may_hold_a_token(content):
        raise OSError("it is there and holds something else than a token. Name a file of its own.")


def _may_hold_a_token(content: bytes) -> bool:
    try:
        kept = json.loads(content)
    except ValueError:
        return False
    return isinstance(kept, dict) and (not kept or "access_token" in kept or "refresh_token" in kept)


def _same(owner: str, whose: str) -> bool:
    return not owner or not whose or owner == whose


@asynccontextmanager
async def _nameless(lock: asyncio.Lock) -> AsyncGenerator[None]:
    async with lock:
        yield


def _read(path: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return cast("dict[str, Any]", kept) if isinstance(kept, dict) else None


def _write(path: Path, kept: dict[str, Any]) -> None:
    """Replace the file by a new one that is whole and on the disk; ``mkstemp`` makes it readable to us only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk, too, where folders can be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_PAUSE: Final = 0.02
"""Seconds between two looks at a lock that another holds."""

_A_RENEWAL: Final = 300.0
"""Seconds that another process may take to renew the token, with all its attempts and timeouts."""

_AN_ENTRY: Final = 10.0
"""Seconds that another process may take to write into the account book."""


@asynccontextmanager
async def _locked(path: Path, patience: float) -> AsyncGenerator[None]:
    """Hold a lock file among processes, and among the holders in this one.

    It is looked at from the event loop, never waited for in a thread: a waiting thread could be the last one
    of the pool, and the holder would wait for it in turn. The kernel frees it when its holder dies.

    Raises:
        TimeoutError: its holder neither works nor dies.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try_lock, unlock = _lock_functions()
        for _ in range(round(patience / _PAUSE)):
            if try_lock(handle):
                break
            await asyncio.sleep(_PAUSE)
        else:
            raise TimeoutError(f"Another process has held {path.name} for {patience:g} s; is it stopped?")
        try:
            yield
        finally:
            unlock(handle)
    finally:
        os.close(handle)


def _lock_functions() -> tuple[Callable[[int], bool], Callable[[int], None]]:
    """How this operating system locks a file."""
    if os.name == "posix":
        import fcntl

        def try_lock(handle: int) -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        return try_lock, lambda handle: fcntl.flock(handle, fcntl.LOCK_UN)
    raise OSError("FileStore needs a POSIX system: here, use MemoryStore or a TokenStore of your own.")
