"""Endpoint of the console's JSON: a method, a path and the function that answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import unquote

from aiohttp import web
from attrs import frozen

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.messages import ConsoleRequest
from asyncsdk.http.messages import Json

__all__ = ["Endpoint", "Function", "find", "plain_summary"]

Reply: TypeAlias = Json | web.StreamResponse
"""JSON that is sent with status 200, or a response."""

Function: TypeAlias = Callable[[EmulatedAccount, ConsoleRequest], Reply | Awaitable[Reply]]


@frozen
class Endpoint:
    """One endpoint; the first line of the function's docstring is its summary."""

    method: str
    path: str
    """Below ``/_emulator``; names in braces are values, as in ``/lists/{list_id}``."""

    function: Function
    query: tuple[str, ...] = ()
    """The names that its query may have."""

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        return plain_summary(self.function.__doc__)

    def match(self, segments: Sequence[str]) -> Mapping[str, str] | None:
        """The values of the names in the path; None if it is another path."""
        own = self.path.strip("/").split("/")
        if len(own) != len(segments):
            return None
        values: dict[str, str] = {}
        for wanted, given in zip(own, segments, strict=True):
            if wanted.startswith("{"):
                values[wanted[1:-1]] = unquote(given)
            elif wanted != given:
                return None
        return values


def plain_summary(docstring: str | None) -> str:
    """The first line of a docstring, without the marks of code."""
    return (docstring or "").partition("\n")[0].replace("``", "")


def find(endpoints: Sequence[Endpoint], raw_path: str) -> dict[str, tuple[Endpoint, Mapping[str, str]]]:
    """The endpoints of a path below ``/_emulator``, with the values in it, by method; fixed words come first."""
    segments = raw_path.strip("/").split("/")
    found: dict[str, tuple[Endpoint, Mapping[str, str]]] = {}
    for endpoint in sorted(endpoints, key=lambda each: each.path.count("{")):
        values = endpoint.match(segments)
        if values is not None:
            found.setdefault(endpoint.method, (endpoint, values))
    return found
