"""HTTP request that was received: query, form, parts, JSON. Files are written to disk while they are received."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from attrs import define, field

from asyncsdk.emulator.http.json_reader import read_json
from asyncsdk.emulator.http.recorded_body import RecordedBody, RecordedFile
from asyncsdk.emulator.http.responses import UNPUBLISHED, Answer, Refusal, gateway

__all__ = ["ReceivedCall", "receive"]

CHUNK = 1 << 18
_numbers = count(1)
FIELD_BYTES = 10_000_000
"""The most bytes that are read into memory, of a body that is not a file."""


@define
class ReceivedCall:
    """One call, read whole.

    Attributes:
        fields: the form's or the parts' texts by name; a name may come more than once.
        files: the file parts by name.
        file_names: what the file parts said that their files are called, by the part's name.
        json: the JSON body, if it is one.
        kind: the body's content type; empty if there is no body.
        user: whom the bearer token acts for.
        names: what faults may call it.
        body: what the request log keeps of the body.
        faults: the names of the faults that its job and its rows met.
    """

    query: Mapping[str, str]
    fields: dict[str, list[str]] = field(factory=dict[str, list[str]])
    files: dict[str, Path] = field(factory=dict[str, Path])
    file_names: dict[str, str] = field(factory=dict[str, str])
    json: Any = None
    kind: str = ""
    user: str = ""
    names: tuple[str, ...] = ()
    body: RecordedBody = field(factory=RecordedBody)
    faults: list[str] = field(factory=list[str])

    def discard(self) -> None:
        """Remove the files; a job that reads one takes it out first."""
        for path in self.files.values():
            path.unlink(missing_ok=True)

    def take(self, path: Path) -> Path:
        """Keep a file beyond the call; its job removes it."""
        self.files = {name: each for name, each in self.files.items() if each != path}
        return path


class _Spool:
    """A file that is written as its bytes come."""

    def __init__(self, path: Path, limit: int, body: RecordedBody, recorded: RecordedFile) -> None:
        self.path = path
        self._body = body
        self._recorded = recorded
        self._file = path.open("wb")
        self._left = limit

    def write(self, chunk: bytes) -> None:
        self._left -= len(chunk)
        if self._left < 0:
            raise Refusal(_too_large())
        self._file.write(chunk)
        self._body.add_to_file(self._recorded, chunk)

    def close(self) -> None:
        self._file.close()
        self._recorded.close()


def _too_large() -> Answer:
    """Refusal of an upload that is too large; the sentence is that of another API, for none is published."""
    return Answer({"errorCode": UNPUBLISHED, "message": "File size exceeds the maximum limit."}, 413)


async def receive(request: web.BaseRequest, received: ReceivedCall, spool: Path, limit: int) -> None:
    """Read a call's body; what was received stays where it is put, also when the rest does not come.

    Raises:
        Refusal: the body is too long, or not what its content type says.
    """
    if not request.body_exists:
        return
    received.kind = request.content_type
    received.body.content_type = received.kind
    if received.kind == "multipart/form-data":
        try:
            await _read_parts(request, received, spool, limit)
        except ValueError as error:
            raise Refusal(gateway(400, "Bad Request", "Malformed multipart body")) from error
        return
    body = await _read_body(request, received.body)
    if received.kind == "application/json":
        try:
            received.json = read_json(body)
        except ValueError as error:
            raise Refusal(gateway(400, "Bad Request", "Malformed JSON body")) from error
    elif received.kind == "application/x-www-form-urlencoded":
        text = body.decode(errors="replace")
        for name, value in parse_qsl(text, keep_blank_values=True):
            received.fields.setdefault(name, []).append(value)


async def _read_body(request: web.BaseRequest, recorded: RecordedBody) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        recorded.add(chunk)
        if len(body) > FIELD_BYTES:
            raise Refusal(_too_large())
    return bytes(body)


async def _read_parts(request: web.BaseRequest, received: ReceivedCall, spool: Path, limit: int) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        if part.filename is None:
            text = bytes(await part.read(decode=True)).decode(errors="replace")
            received.fields.setdefault(part.name, []).append(text)
            received.body.add_field(part.name, text)
            continue
        recorded = received.body.add_file(part.name, part.filename)
        file = _Spool(spool / f"{next(_numbers)}.csv", limit, received.body, recorded)
        received.files[part.name] = file.path
        received.file_names[part.name] = part.filename
        try:
            while chunk := await part.read_chunk(CHUNK):
                file.write(chunk)
        finally:
            file.close()
