"""Departure: a way in which an account can answer differently from the emulator, and how it is planted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from asyncsdk.emulator import Emulator
from tests.support.departing import Change, Served

__all__ = [
    "LIST",
    "RECORD",
    "STATUS",
    "Departure",
    "answered",
    "counts",
    "each_member",
    "json",
    "key",
    "nth",
    "on",
    "other_status",
    "renamed",
    "text",
    "without",
]


def _nothing(_: Served) -> None:
    pass


def _unprepared(_: Emulator) -> None:
    pass


@frozen
class Departure:
    """One departure."""

    what: str
    """How the account differs."""

    check: str
    """The check that finds it."""

    fact: str
    """The fact that differs."""

    change: Change = field(default=_nothing, repr=False)
    """Changes each answer."""

    prepare: Callable[[Emulator], None] = field(default=_unprepared, repr=False)
    """Changes the emulator before it is probed."""


def on(call: str, change: Change) -> Change:
    """A change of the answers to calls whose method and path fit a pattern."""
    fits = re.compile(call).fullmatch

    def only(served: Served) -> None:
        if fits(f"{served.method} {served.path}"):
            change(served)

    return only


def json(change: Callable[[Any], Any]) -> Change:
    """A change of the parsed body: in place, or by giving another one."""

    def changed(served: Served) -> None:
        value = served.json
        told = change(value)
        served.json = value if told is None else told

    return changed


def nth(number: int, change: Change) -> Change:
    """A change of one answer alone, counted from 1."""
    seen = 0

    def only(served: Served) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            change(served)

    return only


def renamed(old: str, new: str) -> Change:
    """A key has another name, wherever it stands."""

    def change(served: Served) -> None:
        served.body = served.body.replace(f'"{old}"'.encode(), f'"{new}"'.encode()).replace(
            f'\\"{old}\\"'.encode(), f'\\"{new}\\"'.encode()
        )

    return change


def text(old: str, new: str) -> Change:
    """A text is another one."""

    def change(served: Served) -> None:
        served.body = served.body.replace(old.encode(), new.encode())

    return change


def answered(status: int, body: Any = None, content_type: str = "application/json") -> Change:
    """Another answer altogether."""

    def change(served: Served) -> None:
        served.status = status
        served.headers["Content-Type"] = content_type
        if isinstance(body, bytes):
            served.body = body
        else:
            served.json = body

    return change


def other_status(old: int, new: int) -> Change:
    """A status is another one."""

    def change(served: Served) -> None:
        if served.status == old:
            served.status = new

    return change


def key(name: str, value: Any) -> Change:
    """A key of the object has another value, or is there at all."""
    return json(lambda body: body.update({name: value}))


def without(name: str) -> Change:
    """A key of the object is missing."""
    return json(lambda body: {known: value for known, value in body.items() if known != name})


def counts(**changed: int) -> Change:
    """Counts of a job's report, in both of its forms."""

    def change(served: Served) -> None:
        body = served.json
        if "details" in body:
            body["details"].update(changed)
            body.pop("jobDetails")
            served.json = body

    return change


def each_member(change: Callable[[dict[str, Any]], object]) -> Change:
    """A change of each member of a page's result."""

    def changed(body: Any) -> None:
        for member in body["result"]:
            change(member)

    return json(changed)


STATUS = r"GET /api/1/list/\d+/status"
LIST = r"/api/1/list/l-[0-9a-f]+"
RECORD = rf"{LIST}/record"
