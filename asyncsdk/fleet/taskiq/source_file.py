"""Source file: the rows of a task as a file on this machine; one that an https address names is fetched first.

A fetch is bounded in bytes and in time. No message shows an address: what is signed, as those of object stores are,
is a password.
"""

from __future__ import annotations

import asyncio
import http.client
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Final, cast
from urllib.parse import urlsplit

from attrs import frozen

from asyncsdk.errors import ActOnError, InvalidArgument, NotSent, StoreFailed
from asyncsdk.shared_task import result_of

__all__ = ["FetchBounds", "source_file"]

PIECE: Final = 1 << 20
"""Bytes that are read at a time."""

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_FINAL: Final = frozenset({*range(300, 400), 400, 401, 403, 404, 405, 410, 414, 451})
"""Statuses that say the same when it is fetched again; a redirect that cannot be followed is one."""


@frozen
class FetchBounds:
    """Bounds of a fetch."""

    most_bytes: int = 2 << 30
    """Bytes of a file, at the most."""

    stall_seconds: float = 30.0
    """Seconds without a byte after which it is given up."""

    most_seconds: float = 3_600.0
    """Seconds in all."""


@asynccontextmanager
async def source_file(source: str, bounds: FetchBounds) -> AsyncGenerator[Path]:
    """The path of the rows' file, for the time of the block.

    Args:
        source: a path, or an address that begins with ``https://``; ``http://`` only of this machine.
        bounds: how much is fetched, and for how long.

    Raises:
        InvalidArgument: there is no such file, the address cannot be used, or the file is too long.
        NotSent: the server cannot be reached, or is in trouble: try it again later.
        StoreFailed: the disk is in trouble.
    """
    if "://" not in source:
        yield _existing(Path(source))
        return
    suffix = _checked_suffix(source)
    with tempfile.TemporaryDirectory(prefix="asyncsdk-") as folder:
        path = Path(folder) / f"rows{suffix}"
        await _fetched(source, path, bounds)
        yield path


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InvalidArgument(f"There is no file {path.name!r} at the path that the task names.")
    return path


def _checked_suffix(source: str) -> str:
    """The ending that tells the kind of rows.

    Raises:
        InvalidArgument: the address cannot be used; no part of it is shown.
    """
    try:
        parts = urlsplit(source)
        usable = bool(parts.hostname) and parts.port != 0 and source.isascii() and source.isprintable()
    except ValueError:
        usable, parts = False, urlsplit("")
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if usable and safe and " " not in source and parts.username is None and parts.password is None:
        return ".jsonl" if parts.path.endswith(".jsonl") else ".csv"
    raise InvalidArgument("The source is neither a path nor an address like https://host/rows.csv.")


async def _fetched(source: str, path: Path, bounds: FetchBounds) -> None:
    """Fetch in a thread; where the caller is cancelled the thread ends with its next piece, and is waited for."""
    stop = threading.Event()
    work = asyncio.get_running_loop().run_in_executor(None, _fetch, source, path, bounds, stop)
    try:
        await result_of(work)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait({work}, timeout=1.0)
        work.add_done_callback(lambda done: done.cancelled() or done.exception())
        raise


def _fetch(source: str, path: Path, bounds: FetchBounds, stop: threading.Event) -> None:
    opener = urllib.request.build_opener(_SafeRedirects)
    deadline = time.monotonic() + bounds.most_seconds
    with _fetch_errors():
        answer = cast("http.client.HTTPResponse", opener.open(source, timeout=bounds.stall_seconds))
    with answer, _disk_errors(), path.open("wb") as file:
        left = bounds.most_bytes
        while piece := _piece(answer):
            left -= len(piece)
            if left < 0:
                raise InvalidArgument(f"The source is longer than {bounds.most_bytes:,} bytes.")
            if stop.is_set() or time.monotonic() > deadline:
                raise NotSent("The source took too long to come.")
            file.write(piece)
    if answer.length:  # what was announced, and did not come
        raise NotSent("The source came only in part.")


def _piece(answer: http.client.HTTPResponse) -> bytes:
    with _fetch_errors():
        return answer.read1(PIECE)


@contextmanager
def _fetch_errors() -> Generator[None]:
    """Errors of the network, in words without the address."""
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        said = f"The server of the source answered with HTTP {error.code}."
        raise (InvalidArgument(said) if error.code in _FINAL else NotSent(said)) from None
    except ActOnError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"The source cannot be fetched now: {type(error).__name__}.") from None


@contextmanager
def _disk_errors() -> Generator[None]:
    try:
        yield
    except ActOnError:
        raise
    except OSError as error:
        raise StoreFailed(f"The source cannot be written to the disk: {error.strerror}.") from None


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to an address that a task might name, too."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The next request.

        Raises:
            InvalidArgument: the address cannot be used.
        """
        try:
            _checked_suffix(newurl)
        except InvalidArgument:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)
