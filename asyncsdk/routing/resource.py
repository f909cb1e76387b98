"""Resource: a namespace of routes, bound to the caller that makes their calls."""

from __future__ import annotations

from typing import Any, Protocol

from asyncsdk.routing.route import Result, Route

__all__ = ["Resource", "RouteCaller", "routes_of"]


class RouteCaller(Protocol):
    """Caller that the methods of a resource use."""

    async def call(self, route: Route[Result], arguments: dict[str, Any]) -> Result:
        """Make one call and give its result."""
        ...

    def walk(self, route: Route, arguments: dict[str, Any]) -> Any:
        """Give what a route without ``async`` promises: pages to await or iterate over, or a stream of rows."""
        ...


class Resource:
    """A namespace of the table: its routes, bound to the caller."""

    def __init__(self, caller: RouteCaller) -> None:
        self._caller = caller


def routes_of(resource: type[Resource]) -> dict[str, Route]:
    """The routes that a namespace declares, by method name; also those that are not listed in the table."""
    return {name: made.route for name, made in vars(resource).items() if hasattr(made, "route")}
