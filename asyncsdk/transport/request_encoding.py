"""Request encoding for aiohttp: the query, the headers, and the body, made anew for each attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, BinaryIO, Final, cast
from urllib.parse import quote, urlencode

import aiohttp
from aiohttp import payload
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict

from asyncsdk.auth.tokens import Token
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.upload import Upload
from asyncsdk.files.wrapped_file import WrappedFile
from asyncsdk.http.json import encode_json
from asyncsdk.http.messages import Request, Texts
from asyncsdk.transport.attempt import Attempt

__all__ = ["PIECE", "body_of", "headers_of", "query_of"]

PIECE: Final = 1 << 18
"""Bytes of a file that are read and sent at a time."""

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"


def query_of(texts: Texts) -> str:
    """Query string whose every special character is percent-encoded: ``+``, ``;`` and ``&`` mean themselves."""
    pairs: list[str] = []
    try:
        for name, values in texts.items():
            if isinstance(values, str):
                pairs.append(f"{_quoted_name(name)}={_quoted(values)}")
            else:
                pairs.extend(f"{_quoted_name(name)}={_quoted(value)}" for value in values)
    except (AttributeError, TypeError, UnicodeEncodeError) as error:
        raise InvalidArgument("The values of a query are whole texts, or sequences of them.") from error
    return "&".join(pairs)


def _quoted(text: str) -> str:
    return text.translate(_ENCODED) if text.isascii() else quote(text, safe="")


_quoted_name = lru_cache(maxsize=256)(_quoted)
"""Names are few, and the same in call after call."""

_ENCODED: Final = {ord(character): quote(character, safe="") for character in map(chr, range(128))}
"""What each character of ASCII becomes: unreserved ones stay (RFC 3986, 2.3)."""


def body_of(request: Request, attempt: Attempt | None) -> tuple[Any, str | None]:
    """The body, made anew for each attempt, and its content type; None for both where there is none."""
    if request.json is not None:
        return _bytes(encode_json(request.json), _JSON, attempt), _JSON
    if request.form is not None:
        return _bytes(_form(request.form), _FORM, attempt), _FORM
    if request.multipart is not None:
        parts = _multipart(request.multipart, attempt)
        return parts, parts.content_type
    return None, None


def _form(texts: Texts) -> bytes:
    try:
        return urlencode(texts, doseq=True).encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise InvalidArgument("The fields of a form are whole texts, or sequences of them.") from error


def _bytes(body: bytes, kind: str, attempt: Attempt | None) -> payload.Payload:
    """A body of this content type; a long one is sent piece by piece, so that sending it counts as progress."""
    if len(body) <= PIECE:
        return payload.BytesPayload(body, content_type=kind)
    return _FilePayload(Upload(body), attempt, kind)


@lru_cache(maxsize=4)
def headers_of(kind: str | None, token: Token | None) -> CIMultiDict[str]:
    """The headers of a call, which are the same for most: aiohttp copies them.

    Raises:
        InvalidArgument: no header can carry the token.
    """
    headers = CIMultiDict[str]()
    if kind is not None:
        headers["Content-Type"] = kind
    if token is not None:
        if not token.is_usable():
            raise InvalidArgument("The token cannot be sent: it has a line end, a blank, or no ASCII in it.")
        headers["Authorization"] = f"Bearer {token.access_token}"
    return headers


def _multipart(parts: Mapping[str, str | Upload], attempt: Attempt | None) -> payload.Payload:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, part in parts.items():
        if isinstance(part, str):
            form.add_field(name, part)
        elif not isinstance(cast("object", part), Upload):
            raise InvalidArgument(f"The part {name} must be a text or an Upload, not {type(part).__name__}.")
    for name, upload in parts.items():
        if isinstance(upload, Upload):
            form.add_field(name, _FilePayload(upload, attempt), filename=upload.name)
    return form()


class _FilePayload(payload.Payload):
    """A file of known length that is read piece by piece, off the event loop, and not closed."""

    def __init__(self, upload: Upload, attempt: Attempt | None, kind: str = "application/octet-stream") -> None:
        super().__init__(upload, content_type=kind, filename=upload.name)
        self._upload = upload
        self._attempt = attempt
        self._length = upload.size()

    @property
    def size(self) -> int:
        """The length in bytes."""
        return self._length

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The file as text; aiohttp asks for it only to show a body."""
        with self._upload.opened() as file:
            return file.read().decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all of it."""
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write all of it, from its start.

        Raises:
            InvalidArgument: it changed its length meanwhile.
        """
        left = self._length if content_length is None else min(content_length, self._length)
        with self._upload.opened() as file:
            while left:
                piece = await _read(file, min(PIECE, left))
                if not piece:
                    raise InvalidArgument(f"{self._upload.name} became shorter while it was being sent.")
                left -= len(piece)
                if not left and isinstance(self._upload.source, WrappedFile):
                    await self._upload.source.before_end()
                await writer.write(piece)
                if self._attempt is not None:
                    self._attempt.progress()


async def _read(file: BinaryIO, size: int) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(None, file.read, size)
