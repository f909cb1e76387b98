"""Act-On's published operations, as data: the table lacks none of them, and none of their parameters."""

from __future__ import annotations

import typing
from collections import defaultdict

import attrs
import pytest

from asyncsdk import Route
from asyncsdk.api import NAMESPACES
from tests.conformance.published import LINES, OPERATIONS, Published, bare

NOT_ROUTES = {
    "/token",
    # A scratch copy of another operation that was published by mistake.
    "/ucl/v2/ucl/v2/{accountId}/import/contacts/{importDefinitionId}",
}
"""Published paths that no route calls: sessions themselves speak to the token endpoint."""

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


def routes() -> dict[str, list[Route]]:
    """Every route, those that are not in the table included, by method and path."""
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
        if param.location == "json":
            for model in models_in(param.annotation):
                for field in attrs.fields(model):
                    said.update(name.casefold() for name in field.metadata.get("wire", (field.name,)))
    return said


ROUTES_BY_OPERATION = routes()
operations = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda each: each.operation)


def test_all_that_is_published_is_looked_at() -> None:
    """158 operations are published, and no route is left out but for those of the token and a scratch copy."""
    unrouted = [line for line in LINES if line.name == "-"]
    assert {line.path.partition("?")[0] for line in unrouted} == NOT_ROUTES
    assert (len(OPERATIONS), len(unrouted)) == (154, 4)


@operations
def test_no_published_operation_is_missing(operation: Published) -> None:
    """A route makes the call."""
    assert operation.operation in ROUTES_BY_OPERATION


@operations
def test_no_published_parameter_is_missing(operation: Published) -> None:
    """What the operation takes in its query or body can be given."""
    said = set().union(*(said_by(route) for route in ROUTES_BY_OPERATION[operation.operation]))
    assert operation.parameters is not None
    assert operation.parameters - said - NOT_SENT.get(operation.operation, set()) == set()
