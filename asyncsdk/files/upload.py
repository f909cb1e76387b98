"""File upload: known length, read from its start for every attempt, never held in memory."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, cast

from attrs import field, frozen

from asyncsdk.errors import FileTooLarge, InvalidArgument
from asyncsdk.fork_lock import fork_lock

__all__ = ["File", "Source", "Upload"]

Source: TypeAlias = str | PathLike[str] | bytes | BinaryIO
"""What a file is read from: its path, its bytes, or a seekable binary file, sent from where it stands.

A path is opened anew for each attempt; a file of yours is rewound for each attempt and never closed.
"""

_NOT_IN_HEADERS: Final = r"[\x00-\x1f\x7f\ud800-\udfff]"
"""What a file's name may hold on a disk, but not in a header; compiled with the first file."""


_POSITION_LOCK: Final = fork_lock()
"""Pieces are read in threads, and a file of the caller's has only one position."""


@frozen
class Upload:
    """One file part of a multipart body.

    Args:
        source: a path, bytes, or a seekable binary file, which is sent from where it stands now.
        name: the file name that the server is told; by default the path's own, or ``upload.csv``.
        on_refused: called when an attempt to send it has ended and the server surely took nothing of it, before
            the next attempt is waited for.
    """

    source: Source = field(repr=lambda source: "..." if isinstance(source, bytes) else repr(source))
    name: str = field(default="")
    on_refused: Callable[[], None] | None = field(default=None, eq=False, repr=False)
    has_own_name: bool = field(default=True, init=False, eq=False, repr=False)
    """Whether the name is the caller's or the path's, and not made up here."""

    _start: int = field(default=0, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.source, bytes):
            own: object = ""
        elif isinstance(self.source, (str, PathLike)):
            own = Path(fspath(self.source)).name
        else:
            _check_file(self.source)
            with _POSITION_LOCK:
                object.__setattr__(self, "_start", self.source.tell())
            own = getattr(self.source, "name", "")
        given = self.name or (Path(own).name if isinstance(own, str) else "")
        name = given or "upload.csv"
        if re.search(_NOT_IN_HEADERS, name):
            raise InvalidArgument(f"{name!r} cannot be told to the server: give the file another name.")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "has_own_name", bool(given))

    def size(self) -> int:
        """Its length in bytes, now.

        Raises:
            InvalidArgument: there is no such file, or it cannot be read.
        """
        if isinstance(self.source, bytes):
            return len(self.source)
        with self.opened() as file:
            start = file.tell()
            return file.seek(0, io.SEEK_END) - start

    def check(self, limit: int) -> None:
        """Refuse a file that is missing, or longer than ``limit`` bytes.

        Raises:
            FileTooLarge: it is longer.
            InvalidArgument: there is no such file, or it cannot be read.
        """
        size = self.size()
        if size > limit:
            raise FileTooLarge(
                f"{self.name} has {size:,} bytes, and Act-On takes at most {limit:,} in one file."
                " Nothing was sent: split it."
            )

    @contextmanager
    def opened(self) -> Generator[BinaryIO]:
        """The file, standing at its start; what was opened here is closed here, and nothing else."""
        if isinstance(self.source, bytes):
            yield io.BytesIO(self.source)
        elif isinstance(self.source, (str, PathLike)):
            with _open(self.source) as file:
                yield file
        else:
            yield cast("BinaryIO", _PositionedView(self.source, self._start))


File: TypeAlias = Source | Upload
"""A file to send: a ``Source``, or an ``Upload``, which gives it another name."""


class _PositionedView(io.RawIOBase):
    """A view of the caller's file with a position of its own, which leaves the file's position unchanged.

    So two calls may send one file at once, and whoever passes it again after an error means the same bytes.
    """

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._at = start

    def tell(self) -> int:
        """The position of this view."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move this view, from the file's start or its end."""
        with self._at_position(offset, whence):
            return self._at

    def read(self, size: int = -1) -> bytes:
        """Read from the position of this view."""
        with self._at_position(self._at, io.SEEK_SET):
            piece = self._file.read(size)
        self._at += len(piece)
        return piece

    @contextmanager
    def _at_position(self, offset: int, whence: int) -> Generator[None]:
        with _POSITION_LOCK:
            before = self._file.tell()
            self._at = self._file.seek(offset, whence)
            try:
                yield
            finally:
                self._file.seek(before)


def _check_file(file: BinaryIO) -> None:
    given: object = file
    if isinstance(given, io.TextIOBase) or not hasattr(given, "read") or not file.readable():
        raise InvalidArgument(
            f"A file is a path, bytes or a binary file, not {type(file).__name__}. Open files with mode 'rb'."
        )
    if not file.seekable():
        raise InvalidArgument(
            "This file cannot be rewound, so it could not be sent again after a broken connection:"
            " save it and pass its path."
        )


def _open(path: str | PathLike[str]) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise InvalidArgument(f"Cannot read {fspath(path)}: {error.strerror}.") from error
    except ValueError as error:
        raise InvalidArgument(f"Cannot read {fspath(path)!r}: {error}.") from error
