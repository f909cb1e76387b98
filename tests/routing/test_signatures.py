"""Signatures of methods, as a user sees them: help, completion, and errors of a call that does not fit."""

from __future__ import annotations

import inspect
import pydoc
import typing
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from asyncsdk import TABLE, Session, api
from asyncsdk.routing.resource import Resource

MARKERS = ("Annotated", "InQuery", "InJson", "InForm", "InMultipart", "Wire(")


class Nobody:
    """Stands in for a session: no call gets that far."""

    def call(self, route: Any, arguments: Any) -> None:
        """Make one call."""
        raise AssertionError(f"{route} was called")

    walk = call


def namespaces() -> Iterator[type[Resource]]:
    """Every namespace of the table."""
    yield from api.NAMESPACES.values()


def methods() -> Iterator[tuple[type[Resource], str]]:
    """Every generated method."""
    for namespace in namespaces():
        for name, made in vars(namespace).items():
            if hasattr(made, "route"):
                yield namespace, name


METHODS = [pytest.param(*each, id=f"{each[0].__name__}.{each[1]}") for each in methods()]


@pytest.mark.slow
@pytest.mark.parametrize(("namespace", "name"), METHODS)
def test_signatures_show_types_and_no_markers(namespace: type[Resource], name: str) -> None:
    """``help()`` and editors show ``email: str``; the types themselves are there for whoever asks for them."""
    method = getattr(namespace, name)
    shown = str(inspect.signature(method))
    assert not any(marker in shown for marker in MARKERS)
    assert "'InQ" not in shown
    assert "models." not in shown
    assert list(inspect.signature(method).parameters) == list(inspect.signature(method.route.prototype).parameters)
    assert "self" not in inspect.signature(getattr(namespace(Nobody()), name)).parameters
    assert set(typing.get_type_hints(method)) == {*list(inspect.signature(method).parameters)[1:], "return"}
    assert inspect.unwrap(method) is method.route.prototype
    assert f"def {name}(" in inspect.getsource(method)


def test_the_signature_of_one_method() -> None:
    """To the letter."""
    assert str(inspect.signature(api.Contacts.upsert)) == (
        "(self, list_id: str, *, email: str, data: Fields) -> Saved"
    )
    assert typing.get_type_hints(api.Contacts.upsert)["email"] is str
    assert "upsert(self, list_id: str, *, email: str, data: Fields) -> Saved" in pydoc.plain(
        pydoc.render_doc(api.Contacts)
    )


async def refused(called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> str:
    """What the TypeError says."""
    try:
        made = called(*args, **kwargs)
        if inspect.isawaitable(made):
            await made
    except TypeError as error:
        return str(error)
    raise AssertionError("The call was not refused.")


def fitting(method: Any) -> dict[str, Any]:
    """Every argument of a method, by name."""
    return dict.fromkeys(list(inspect.signature(method).parameters))


@pytest.mark.slow
@pytest.mark.parametrize(("namespace", "name"), METHODS)
async def test_calls_that_do_not_fit_are_told_as_python_tells_them(namespace: type[Resource], name: str) -> None:
    """The method's name and the arguments' names stand in each message: missing, unknown, doubled, too many."""
    bound: Any = getattr(namespace(Nobody()), name)
    signature = inspect.signature(bound)
    called = f"{namespace.__name__}.{name}()"
    arguments = fitting(bound)
    unknown = await refused(bound, **arguments, emial="")  # newer Pythons guess what was meant, too
    assert unknown.startswith(f"{called} got an unexpected keyword argument 'emial'")
    positional = [each.name for each in signature.parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
    too_many = await refused(bound, *range(len(arguments) + 1))
    assert too_many.startswith(called)
    assert "positional argument" in too_many
    assert "given" in too_many
    by_name = [each for each in arguments if each not in positional]
    assert all(each in too_many for each in by_name)
    if positional:
        said = await refused(bound, "x", **arguments)
        assert said == f"{called} got multiple values for argument '{positional[0]}'"
    required = [each.name for each in signature.parameters.values() if each.default is each.empty]
    for each in required:
        said = await refused(bound, **{one: None for one in arguments if one != each})
        assert said.startswith(f"{called} missing 1 required")
        assert f"'{each}'" in said


async def test_the_message_of_the_commonest_mistake() -> None:
    """All arguments in a row, as other libraries take them: it says which go by name."""
    said = await refused(api.Contacts(Nobody()).upsert, "l-0001", "x", {})
    assert said == (
        "Contacts.upsert() takes 2 positional arguments but 4 were given; email, data must be given by name"
    )


def test_every_route_has_a_method() -> None:
    """None is left out above."""
    assert {vars(namespace)[name].route.name for namespace, name in methods()} >= set(TABLE)


def test_a_session_shows_what_users_need() -> None:
    """Namespaces and what a session can do; what its own parts use of it is not listed."""
    session = Session(token="t")
    shown = {name for name in dir(session) if not name.startswith("_")}
    assert {"contacts", "lists", "bulk", "send", "usage", "identity", "open", "close", "from_env"} <= shown
    assert not shown & {"call", "walk", "job", "limits", "polling", "downloads", "contact_queue"}
    assert all(hasattr(session, name) for name in shown)


def test_shared_filters_show_their_type() -> None:
    """A type of parameter that several methods share says in a signature what it takes, and not how it travels."""
    shown = str(inspect.signature(api.Lists.hard_bounces))
    assert "created_after: datetime | None = None, created_before: datetime | None = None" in shown
