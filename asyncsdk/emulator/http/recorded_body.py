"""Recorded body: what the log keeps of a request's or an answer's body, with its memory bounded.

Of a body the first 16 KiB are kept, of a file its first 20 lines, its length and a digest of all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import PurePath
from typing import Final, Literal, Protocol, TypeAlias, cast
from urllib.parse import parse_qsl

from attrs import define, field

__all__ = ["LINE_CHARACTERS", "BodyKind", "RecordedBody", "RecordedFile"]

KEPT_BYTES: Final = 16 * 1024
KEPT_FILES: Final = 20
KEPT_LINES: Final = 20
LINE_CHARACTERS: Final = 500
FILE_HEAD_BYTES: Final = 64 * 1024
"""The bytes in which the first lines of a file are looked for."""

FIELD_COST: Final = 64
"""Bytes that a field counts besides its name and text, so that many empty ones are not kept either."""

BodyKind: TypeAlias = Literal["none", "json", "form", "text", "parts", "binary"]


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


@define(eq=False)
class RecordedFile:
    """A file of a request, as the log knows it.

    It compares with what a test has at hand: bytes are compared with its content, a text with its name and with its
    content, a path with its name.
    """

    part: str
    """The name of the part that it came in."""

    name: str
    """The file name that the client told."""

    length: int = 0
    """Bytes that were received."""

    lines: tuple[str, ...] = field(default=(), repr=False)
    """Its first 20 lines, at most 500 characters of each."""

    _head: bytearray = field(factory=bytearray, repr=False, init=False)
    _digest: bytes = field(default=b"", repr=False, init=False)
    _hash: _Hash | None = field(factory=hashlib.sha256, repr=False, init=False)

    def add(self, chunk: bytes) -> None:
        """Note the next bytes."""
        room = FILE_HEAD_BYTES - len(self._head)
        if room > 0:
            self._head += chunk[:room]
        self.length += len(chunk)
        if self._hash is not None:
            self._hash.update(chunk)

    def close(self) -> None:
        """Keep the first lines and the digest, and nothing else, of what was noted."""
        if self._hash is not None:
            self._digest = self._hash.digest()
            self._hash = None
        text = self._head.decode(errors="replace")
        self.lines = tuple(line[:LINE_CHARACTERS] for line in text.splitlines()[:KEPT_LINES])
        self._head = bytearray()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RecordedFile):
            return (self.name, self.length, self._digest) == (other.name, other.length, other._digest)
        if isinstance(other, bytes):
            return self._holds(other)
        if isinstance(other, str):
            return self.name == other or self._holds(other.encode(errors="surrogatepass"))
        if isinstance(other, PathLike):
            return self.name == PurePath(str(fspath(cast("PathLike[str]", other)))).name
        return NotImplemented

    def _holds(self, content: bytes) -> bool:
        return len(content) == self.length and hashlib.sha256(content).digest() == self._digest


@define
class RecordedBody:
    """A body, as the log knows it; empty until something is added."""

    content_type: str = ""
    length: int = 0
    """Bytes of all of it; of parts, those of their contents."""

    truncated: bool = False
    """Whether more came than is kept."""

    files: list[RecordedFile] = field(factory=list[RecordedFile])
    _head: bytearray = field(factory=bytearray, repr=False, init=False)
    _parts: dict[str, list[str]] = field(factory=dict[str, list[str]], repr=False, init=False)
    _room: int = field(default=KEPT_BYTES, repr=False, init=False)

    def add(self, chunk: bytes) -> None:
        """Note the next bytes of a body without parts."""
        self.length += len(chunk)
        self.truncated = self.truncated or len(chunk) > self._room
        self._head += chunk[: self._room]
        self._room -= min(self._room, len(chunk))

    def add_field(self, name: str, text: str) -> None:
        """Note a part that is a text."""
        self.length += len(text.encode(errors="surrogatepass"))
        cost = len(name) + FIELD_COST
        if cost > self._room:
            self.truncated = True
            return
        self._room -= cost
        self.truncated = self.truncated or len(text) > self._room
        self._parts.setdefault(name, []).append(text[: self._room])
        self._room -= min(self._room, len(text))

    def add_file(self, part: str, name: str) -> RecordedFile:
        """Note a part that is a file, whose bytes are still to come."""
        file = RecordedFile(part[:LINE_CHARACTERS], name[:LINE_CHARACTERS])
        if len(self.files) < KEPT_FILES:
            self.files.append(file)
        else:
            self.truncated = True
        return file

    def add_to_file(self, file: RecordedFile, chunk: bytes) -> None:
        """Note the next bytes of a part that is a file."""
        self.length += len(chunk)
        file.add(chunk)

    @property
    def kind(self) -> BodyKind:
        """What it is, by its content type."""
        kind = self.content_type.partition(";")[0].strip().casefold()
        if kind == "multipart/form-data":
            return "parts"
        if not self.length:
            return "none"
        if kind == "application/x-www-form-urlencoded":
            return "form"
        if kind == "application/json" or kind.endswith("+json"):
            return "json"
        if kind.startswith("text/") or kind in {"application/javascript", "application/xml"}:
            return "text"
        return "binary"

    @property
    def text(self) -> str | None:
        """Its first 16 KiB as a text; None where it is no text, or a form."""
        return self._head.decode(errors="replace") if self.kind in {"json", "text"} else None

    @property
    def fields(self) -> Mapping[str, Sequence[str]] | None:
        """The texts of a form or of parts by name; None where it is neither."""
        if self.kind == "parts":
            return self._parts
        if self.kind != "form":
            return None
        fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(self._head.decode(errors="replace"), keep_blank_values=True):
            fields.setdefault(name, []).append(value)
        return fields
