"""Token store in a file, which processes and sessions share: the token, and the usage counts of the account."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from os import PathLike
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.auth.kept_token import content_of, token_in
from asyncsdk.auth.tokens import Token
from asyncsdk.errors import StoreFailed
from asyncsdk.files.file_lock import locked
from asyncsdk.files.json_file import Content, read, remove_stale_files, write
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.account_view import AccountView, view
from asyncsdk.limits.shared.file_limiter import FileLimiter
from asyncsdk.limits.shared.state_codec import DamagedState
from asyncsdk.limits.shared.state_file import read_state
from asyncsdk.limits.tally import Tally, json_of, tally_from

__all__ = ["FileStore"]


class FileStore:
    """Token store in a file that only its owner may read; processes and sessions on one file share it.

    Beside the file there are its usage counts, the state of the limits that its sessions share, and two lock files.
    Each write of a token replaces the whole file at once, and is on the disk before it counts. A file that is not
    a token file is never replaced: that is a ``StoreFailed``. A symbolic link stays one: the file that it leads to
    is replaced, and what stands beside that file is used.

    Args:
        path: the file; its folder is created if missing.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._given = Path(path)
        self._path = Path(os.path.realpath(path))
        self._usage_path = Path(f"{self._path}.usage")
        self._limits_path = Path(f"{self._path}.limits")
        self._checked = False

    def __repr__(self) -> str:
        return f"FileStore({str(self._given)!r})"

    def limiter(self, limits: Limits) -> FileLimiter:
        """A limiter for one session: all sessions whose store is this file share the limits by it."""
        return FileLimiter(self._limits_path, self._usage_path, limits)

    async def account_view(self, limits: Limits | None = None) -> AccountView | None:
        """Look at the limits that processes share by this file: who waits, and what is left.

        This takes no place and changes nothing.

        Args:
            limits: what the account is allowed; by default what Act-On says.

        Returns:
            The view; None if no process has shared limits by this file.

        Raises:
            StoreFailed: the limits cannot be read.
        """
        try:
            state = await asyncio.to_thread(read_state, self._limits_path)
        except DamagedState:
            raise StoreFailed(
                f"{self._limits_path} is damaged. The next process that uses it begins it anew."
            ) from None
        except OSError as error:
            raise StoreFailed(f"The file {self._limits_path} cannot be used: {error.strerror or error}") from error
        return None if state is None else view(state, clock.monotonic(), clock.wall(), limits or Limits())

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner; None if the file is missing or damaged."""
        with self._store_errors():
            await asyncio.to_thread(_refuse_other_files, self._path)
            content = await asyncio.to_thread(read, self._path)
        return token_in(content, owner) if content is not None else None

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token; it is on the disk when this returns."""
        with self._store_errors():
            await asyncio.to_thread(_refuse_other_files, self._path)
            await asyncio.to_thread(write, self._path, content_of(token, owner))

    @asynccontextmanager
    async def exclusive(self) -> AsyncGenerator[None]:
        """Hold the right to renew the token, among all processes that use the file."""
        async with self._locked(Path(f"{self._path}.lock"), _RENEWAL_SECONDS):
            yield

    async def count(self, tally: Tally) -> Tally:
        """Add to the usage counts; gives all of them, other processes' calls included."""
        async with self._locked(Path(f"{self._usage_path}.lock"), _COUNT_SECONDS):
            with self._store_errors():
                return await asyncio.to_thread(self._add, tally)

    def _add(self, tally: Tally) -> Tally:
        content = read(self._usage_path)
        whole = tally_from((content.mapping() if content is not None else None) or {})
        if whole.succeeded is None:
            whole.succeeded = 0.0
        if tally:
            whole.add(tally)
            whole.forget_before(clock.wall())
            write(self._usage_path, Content.of(json_of(whole)))
        return whole

    @asynccontextmanager
    async def _locked(self, path: Path, patience: float) -> AsyncGenerator[None]:
        """Hold a lock file; what goes wrong while it is held is not the lock's."""
        async with AsyncExitStack() as stack:
            with self._store_errors():
                if not self._checked:  # before anything is left beside a file that cannot be used
                    await asyncio.to_thread(_refuse_other_files, self._path)
                    for each in (self._path, self._usage_path, self._limits_path):
                        await asyncio.to_thread(remove_stale_files, each)
                    self._checked = True
                await stack.enter_async_context(locked(path, patience))
            yield

    @contextmanager
    def _store_errors(self) -> Generator[None]:
        """Raise the library's own error, which names the file that cannot be used."""
        try:
            yield
        except OSError as error:
            raise StoreFailed(f"The token file {self._given} cannot be used: {error.strerror or error}") from error


_BEGINS: Final = b'{"access_token"'
"""The start of a token file, also of one whose rest is lost."""

_LONGEST: Final = 64 * 1024
"""Bytes: no token file is longer."""

_RENEWAL_SECONDS: Final = 300.0
"""Seconds that another process may take to renew the token, with all its attempts and timeouts."""

_COUNT_SECONDS: Final = 10.0
"""Seconds that another process may take to write the usage counts."""


def _refuse_other_files(path: Path) -> None:
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
