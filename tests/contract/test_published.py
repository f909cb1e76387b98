"""Act-On's published operations, as data: the table lacks none of them, and none of their parameters."""

from __future__ import annotations

import re
import typing
from collections import defaultdict
from pathlib import Path

import attrs
import pytest

from asyncsdk import Route
from asyncsdk.api import NAMESPACES

TOKEN = "/token"
"""The token endpoint is no row: sessions speak to it."""

GARBLED = "/ucl/v2/ucl/v2/{accountId}/import/contacts/{importDefinitionId}"
"""A scratch copy of another operation that was published by mistake."""

NOT_SENT = {
    # Goes along by itself where the message is the word ``custom``.
    "POST /api/1/message/{}/send": {"iscustom"},
    # The deprecated ways to page and to sort, which the same operations have better ways for.
    "POST /custom-objects/v1/{}/query/{}/{}/joinWithOther": {"page", "size", "sortby", "sortbydirection"},
    "POST /custom-objects/v1/{}/query/{}/{}/joinWithOtherInternal": {"page", "size", "sortby", "sortbydirection"},
    # The id that the path says already.
    "PUT /ucl/v2/{}/schema/field/{}": {"fieldid"},
    "PUT /ucl/v2/{}/segment/{}": {"id"},
}
"""Published parameters that cannot be given, on purpose."""


class Operation(typing.NamedTuple):
    """One published operation."""

    method: str
    path: str
    names: frozenset[str]

    @property
    def key(self) -> str:
        """Method and path, without the names of its parts and without a slash at the end."""
        return f"{self.method} {bare(self.path)}"


def bare(path: str) -> str:
    """A path whose placeholders have no names."""
    return re.sub(r"\{\w+\}", "{}", path.partition("?")[0]).rstrip("/")


def published() -> list[Operation]:
    """Every operation but the token endpoint's and the garbled one."""
    text = Path(__file__).with_name("published_operations.txt").read_text()
    lines = [line.split() for line in text.splitlines()]
    found = [Operation(method, path, frozenset(map(str.casefold, names))) for method, path, *names in lines]
    return [each for each in found if not each.path.startswith(TOKEN) and each.path != GARBLED]


def rows() -> dict[str, list[Route]]:
    """Every route, those that are no rows of the table included, by method and path."""
    by_key: dict[str, list[Route]] = defaultdict(list)
    for resource in NAMESPACES.values():
        for made in vars(resource).values():
            if isinstance(route := getattr(made, "route", None), Route):
                by_key[f"{route.method} {bare(route.path)}"].append(route)
    return by_key


def models_in(annotation: typing.Any) -> typing.Iterator[type[typing.Any]]:
    """The models that a type speaks of."""
    if attrs.has(annotation):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from models_in(inner)


def said_by(route: Route) -> set[str]:
    """What a route can say, by the names on the wire, in lower case."""
    said = {name.casefold() for name in route.fixed}
    for param in route.params:
        said.add(param.wire.partition(".")[0].casefold())
        if param.place == "json":
            for model in models_in(param.annotation):
                for field in attrs.fields(model):
                    said.update(name.casefold() for name in field.metadata.get("wire", (field.name,)))
    return said


ROWS = rows()
OPERATIONS = published()
operations = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.key)


def test_all_that_is_published_is_looked_at() -> None:
    """154 operations are left of the 158 that are published."""
    assert len(OPERATIONS) == 154


@operations
def test_no_published_operation_is_missing(operation: Operation) -> None:
    """A row of the table makes the call."""
    assert operation.key in ROWS


@operations
def test_no_published_parameter_is_missing(operation: Operation) -> None:
    """What the operation takes in its query or body can be given."""
    said = set().union(*(said_by(route) for route in ROWS[operation.key]))
    assert operation.names - said - NOT_SENT.get(operation.key, set()) == set()
