"""Namespaces of a session: each is made on its first use, and stays."""

from __future__ import annotations

import copy

import pytest

from asyncsdk import Session, api
from asyncsdk.routing.namespace_classes import NamespaceClasses
from asyncsdk.routing.resource import routes_of


def test_a_namespace_stays_the_same_object() -> None:
    """What is kept in a variable is what the session has; and ``dir`` tells of it before its first use."""
    session = Session(token="t")
    assert "contacts" in dir(session)
    assert session.contacts is session.contacts


def test_a_namespace_that_is_not_there() -> None:
    """It is the ``AttributeError`` of any class, also where a session is looked at before it is whole."""
    with pytest.raises(AttributeError, match="'Session' object has no attribute 'contcts'"):
        Session(token="t").contcts  # type: ignore[attr-defined]  # noqa: B018
    unmade = Session.__new__(Session)
    assert not hasattr(unmade, "_caller")
    assert isinstance(copy.copy(unmade), Session)


def test_routes_have_their_full_names_without_the_table() -> None:
    """A namespace that is imported alone names its routes as the table does."""
    assert routes_of(api.Lists)["merge"].name == "lists.merge"


def test_a_class_that_is_looked_up_alone_imports_no_other() -> None:
    """The names are told without an import; a class comes from where its path says."""
    classes = NamespaceClasses({"lists": "asyncsdk.api.lists.Lists", "nowhere": "asyncsdk.nowhere.Nothing"})
    assert list(classes) == ["lists", "nowhere"]
    assert len(classes) == 2
    assert "nowhere" in classes
    assert classes["lists"] is api.Lists
    assert classes.class_named("Lists") is api.Lists
    assert classes.class_named("ists") is None
