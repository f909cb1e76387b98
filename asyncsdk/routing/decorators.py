"""Route decorators, one for each HTTP method: they turn a typed prototype into the method of a route.

A decorator is typed as identity; at run time it puts the generated method in the prototype's place and hangs the
``Route`` on it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, Unpack, cast

from asyncsdk.http.messages import Effect
from asyncsdk.routing.route import Options, Route, Shape
from asyncsdk.routing.signatures import ReadableSignature

__all__ = ["delete", "get", "post", "put"]

Prototype = TypeVar("Prototype", bound=Callable[..., Any])


def _method_of(route: Route) -> Callable[..., Any]:
    """The method that stands in for a route's prototype."""
    # Not methods of ``Resource``: an editor that completes a namespace shall list only what users call.
    if inspect.iscoroutinefunction(route.prototype):

        @wraps(route.prototype)
        async def call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            return await self._caller.call(route, route.bind(args, kwargs))

        return _readable(call)

    @wraps(route.prototype)
    def walk(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        return self._caller.walk(route, route.bind(args, kwargs))

    return _readable(walk)


def _readable(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, whose signature is shown without markers."""
    vars(method)["__wrapped__"] = ReadableSignature(vars(method)["__wrapped__"])
    return method


def _route(
    method: str, path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]
) -> Callable[[Prototype], Prototype]:
    def decorate(prototype: Prototype) -> Prototype:
        route = Route(method, path, prototype, effect=effect, shape=shape, **options)
        method_of_route = _method_of(route)
        vars(method_of_route)["route"] = route
        return cast("Prototype", method_of_route)

    return decorate


def get(path: str, *, shape: Shape, **options: Unpack[Options]) -> Callable[[Prototype], Prototype]:
    """A route that reads."""
    return _route("GET", path, effect=Effect.READ, shape=shape, **options)


def post(
    path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]
) -> Callable[[Prototype], Prototype]:
    """A route that posts."""
    return _route("POST", path, effect=effect, shape=shape, **options)


def put(path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]) -> Callable[[Prototype], Prototype]:
    """A route that puts."""
    return _route("PUT", path, effect=effect, shape=shape, **options)


def delete(
    path: str, *, effect: Effect, shape: Shape, **options: Unpack[Options]
) -> Callable[[Prototype], Prototype]:
    """A route that deletes."""
    return _route("DELETE", path, effect=effect, shape=shape, **options)
