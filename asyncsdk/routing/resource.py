"""Resources: a namespace of routes, and the caller that makes their calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

from asyncsdk.routing.signatures import ReadableSignature

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Result = TypeVar("Result", default=Any)
else:
    from typing import TypeVar

    Result = TypeVar("Result")  # a default is known to type checkers alone, until Python 3.13
from asyncsdk.routing.route import Route

__all__ = ["Caller", "Resource", "routes_of"]


class Caller(Protocol):
    """What a resource needs of a session."""

    async def call(self, route: Route[Result], arguments: dict[str, Any]) -> Result:
        """Make one call and give its result."""
        ...

    def walk(self, route: Route, arguments: dict[str, Any]) -> Any:
        """Give what a row without ``async`` promises: a page to await or walk, or a stream of rows."""
        ...

    def job(self, report: type[Any], job_id: str, account_id: str | None = None) -> Any:
        """Watch a job that is known by its id alone."""
        ...

    @property
    def downloads(self) -> Any:
        """What reads lists of any size."""
        ...

    def contact_queue(self, list_id: str, **options: Any) -> Any:
        """What takes contacts now and sends them soon."""
        ...


class Resource:
    """A namespace of the table: its rows, bound to the session that makes the calls."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    @staticmethod
    def method(route: Route) -> Callable[..., Any]:
        """The method that stands in for a row's prototype."""
        if inspect.iscoroutinefunction(route.prototype):

            @wraps(route.prototype)
            async def call(self: Resource, /, *args: Any, **kwargs: Any) -> Any:
                return await self._caller.call(route, route.bind(args, kwargs))

            return _readable(call)

        @wraps(route.prototype)
        def walk(self: Resource, /, *args: Any, **kwargs: Any) -> Any:
            return self._caller.walk(route, route.bind(args, kwargs))

        return _readable(walk)


def _readable(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, whose signature is shown without markers."""
    vars(method)["__wrapped__"] = ReadableSignature(vars(method)["__wrapped__"])
    return method


def routes_of(resource: type[Resource]) -> dict[str, Route]:
    """What a namespace declares, by method name; also what is not listed in the table."""
    return {name: made.route for name, made in vars(resource).items() if hasattr(made, "route")}
