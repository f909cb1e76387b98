"""Route decorators: from a typed prototype to a route."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Unpack

from asyncsdk.http.messages import Effect

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Result = TypeVar("Result", default=Any)
else:
    from typing import TypeVar

    Result = TypeVar("Result")  # a default is known to type checkers alone, until Python 3.13
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Options, Route, Shape

__all__ = ["Prototype", "delete", "get", "post", "put"]

Prototype = TypeVar("Prototype", bound=Callable[..., Any])


def _row(
    method: str, path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]
) -> Callable[[Prototype], Prototype]:
    def decorate(prototype: Prototype) -> Prototype:
        route = Route(method, path, prototype, effect=effect, shape=shape, **options)
        method_of_row = Resource.method(route)
        vars(method_of_row)["route"] = route
        return typing.cast("Prototype", method_of_row)

    return decorate


def get(path: str, *, shape: Shape, **options: Unpack[Options]) -> Callable[[Prototype], Prototype]:
    """A row that reads."""
    return _row("GET", path, effect=Effect.READ, shape=shape, **options)


def post(
    path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]
) -> Callable[[Prototype], Prototype]:
    """A row that posts."""
    return _row("POST", path, effect=effect, shape=shape, **options)


def put(path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]) -> Callable[[Prototype], Prototype]:
    """A row that puts."""
    return _row("PUT", path, effect=effect, shape=shape, **options)


def delete(
    path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]
) -> Callable[[Prototype], Prototype]:
    """A row that deletes."""
    return _row("DELETE", path, effect=effect, shape=shape, **options)
