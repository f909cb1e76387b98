"""What a session offers, to the letter: its methods and those of its namespaces, with their signatures."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import Route, Session, api, client
from asyncsdk.queue import ContactQueue
from asyncsdk.routing.route import route_of

CALLS = Path(__file__).with_name("public_calls.txt").read_text(encoding="utf-8").splitlines()
"""Every public method and its signature; a line that changes here changes for users."""


def shown(path: str, method: Any) -> str:
    """How a method is called, with ``async`` where it is awaited."""
    words = "async " if inspect.iscoroutinefunction(method) else ""
    return f"{words}{path}{inspect.signature(method)}".replace("'", "")


def offered() -> Iterator[str]:
    """What completing ``acton.`` shows, and what completing each of its namespaces shows."""
    session = Session(token="t")
    for name in sorted(each for each in dir(session) if not each.startswith("_")):
        value = getattr(session, name)
        if callable(value):
            yield shown(f"acton.{name}", value)
            continue
        for method in sorted(each for each in dir(value) if not each.startswith("_")):
            if callable(getattr(value, method)):
                yield shown(f"acton.{name}.{method}", getattr(value, method))


def test_a_session_offers_what_it_always_did() -> None:
    """No method and no namespace is lost, no argument and no default changes."""
    assert list(offered()) == CALLS


@pytest.mark.parametrize("call", [each for each in CALLS if each.count(".") > 1])
def test_each_method_tells_of_its_arguments(call: str) -> None:
    """The docstring names every argument that the signature has, in its order."""
    path = call.removeprefix("async ").partition("(")[0]
    _, namespace, name = path.split(".")
    method = getattr(getattr(Session(token="t"), namespace), name)
    said = (inspect.getdoc(method) or "").partition("Args:\n")[2].partition("\n\n")[0]
    told = [line.partition(":")[0].strip() for line in said.splitlines() if not line.startswith("     ")]
    assert told == list(inspect.signature(method).parameters)


def test_the_table_holds_routes_alone() -> None:
    """Whatever a namespace of ``asyncsdk.api`` has for users is one call of one endpoint."""
    for namespace in api.NAMESPACES.values():
        for name, method in vars(namespace).items():
            assert name.startswith("_") or isinstance(route_of(method), Route), f"{namespace.__name__}.{name}"


def test_what_takes_more_than_one_call_is_the_clients() -> None:
    """A session's namespaces are those of the table; some of them can do more."""
    session = Session(token="t")
    assert list(client.NAMESPACES) == list(api.NAMESPACES)
    for name, namespace in api.NAMESPACES.items():
        assert isinstance(getattr(session, name), namespace)
    hints = typing.get_type_hints(session.contacts.queue)
    assert hints["return"] is ContactQueue
