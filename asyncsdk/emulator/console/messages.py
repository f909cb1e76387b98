"""Messages of the console: a request that was read, and what is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import web
from attrs import frozen

from asyncsdk.emulator.console.streams import Streams
from asyncsdk.emulator.validators import InvalidArgument
from asyncsdk.http.messages import Json

__all__ = ["MOST_BYTES", "ConsoleError", "ConsoleRequest", "JsonObject", "error_answer", "json_answer"]

MOST_BYTES = 10_000_000
"""The longest body that is read."""

JsonObject = dict[str, Json]


class ConsoleError(Exception):
    """Ends a request with a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@frozen
class ConsoleRequest:
    """A request for the console, read whole."""

    path: Mapping[str, str]
    """The values of the names in the endpoint's path, decoded."""

    query: Mapping[str, str]
    body: Mapping[str, Json]
    """The JSON object; empty where there is no body."""

    web: web.BaseRequest
    """The request itself, for answers that go on for long."""

    streams: Streams
    """The streams that are open."""

    @property
    def base_url(self) -> str:
        """The URL under which the emulator was asked, without a slash at the end."""
        return f"{self.web.scheme}://{self.web.host}"

    def flag(self, name: str) -> bool:
        """Whether the query says yes to something, as ``?plain=1`` does."""
        text = self.query.get(name, "")
        if text.casefold() not in {"1", "true", "yes", "", "0", "false", "no"}:
            raise InvalidArgument(f"{name} is 1 or 0, not {text[:40]!r}.")
        return text.casefold() in {"1", "true", "yes"}

    def number(self, name: str, default: int, greatest: int) -> int:
        """A whole number of the query, from 0 on; more than the greatest is the greatest."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise InvalidArgument(f"{name} is a whole number from 0 on, not {text[:40]!r}.")
        return min(int(text), greatest)


def json_answer(value: Json, status: int = 200) -> web.Response:
    """A JSON body."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "backslashreplace")  # half a character is an escape in JSON, too
    return web.Response(body=body, status=status, content_type="application/json")


def error_answer(status: int, sentence: str) -> web.Response:
    """What went wrong, as ``{"error": ...}``."""
    return json_answer({"error": sentence}, status)
