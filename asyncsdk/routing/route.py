"""Route: one endpoint of the API, from a typed prototype to a compiled request.

A prototype is ordinary typed source, so that editors, ``help()`` and type checkers see a plain method. What its
annotations say is read on first use, so that a table of any size costs next to nothing to import.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Coroutine, Mapping
from enum import StrEnum
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, Self, TypedDict, Unpack, overload

from asyncsdk.http.messages import Effect, Request
from asyncsdk.routing.markers import Location
from asyncsdk.routing.params import Param, parameter
from asyncsdk.routing.request_plan import Assemble, EffectOf, RequestPlan

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Result = TypeVar("Result", default=Any)
else:
    from typing import TypeVar

    Result = TypeVar("Result")  # a default is known to type checkers alone, until Python 3.13

__all__ = ["Options", "Result", "Route", "Shape", "route_of"]

Check = Callable[[Mapping[str, Any]], None]
Complete = Callable[[Mapping[str, Any]], Mapping[str, Any]]

_NAMES = re.compile(r"\{(\w+)\}")


class Shape(StrEnum):
    """How sure the shape of a route's answer is; ``meaning`` says what each word means."""

    meaning: str
    """The sentence that every place shows which explains the word."""

    CAPTURED = "captured", "seen in a real answer of Act-On"
    DOCUMENTED = "documented", "shown in Act-On's documentation"
    GUESSED = "guessed", "published nowhere, and so a guess"

    def __new__(cls, word: str, meaning: str) -> Self:
        """A word, and what it means."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        return member


class Options(TypedDict, total=False):
    """Options that only some routes need."""

    body: Location
    """Where parameters travel that are not in the path and carry no marker."""

    fixed: Mapping[str, str]
    """Query parameters that are always sent as they are."""

    effect_by: EffectOf
    """Tells the effect of a call from its arguments, where it is not always the route's."""

    assemble: Assemble
    """Builds fields from several arguments."""

    check: Check
    """Refuses arguments that must not go together."""

    complete: Complete
    """Gives the arguments, some of them completed from others."""

    listed: bool
    """False for another way to read what a route of the table reads; it is not in the table itself."""


class Route(Generic[Result]):
    """One endpoint: how a call travels, and what comes back.

    Attributes:
        name: ``contacts.upsert``; set when the table is put together.
        method: the HTTP method.
        path: the path's template, with ``{names}``.
        effect: what repeating the call does, unless its arguments say otherwise.
        shape: how sure the shape of the answer is.
        fixed: query parameters that are always sent as they are.
        body: where parameters travel that are not in the path and carry no marker.
        listed: whether it is in the table.
    """

    def __init__(
        self,
        method: str,
        path: str,
        prototype: Callable[..., Any],
        *,
        effect: Effect,
        shape: Shape,
        **options: Unpack[Options],
    ) -> None:
        self.name: str = prototype.__name__
        self.method = method
        self.path = path
        self.effect = effect
        self.shape = shape
        self.body: Location = options.get("body", Location.QUERY if method in {"GET", "DELETE"} else Location.FORM)
        self.fixed: Mapping[str, str] = options.get("fixed", {})
        self.listed: bool = options.get("listed", True)
        self.prototype = prototype
        self._effect_by = options.get("effect_by")
        self._assemble = options.get("assemble")
        self._check = options.get("check")
        self._complete = options.get("complete")

    def __repr__(self) -> str:
        return f"<Route {self.name}: {self.method} {self.path}>"

    @cached_property
    def summary(self) -> str:
        """The first line of the route's docstring."""
        return (inspect.getdoc(self.prototype) or "").partition("\n")[0]

    @cached_property
    def signature(self) -> inspect.Signature:
        """The prototype's signature, without ``self``."""
        signature = inspect.signature(self.prototype)
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The prototype's types, markers included."""
        return typing.get_type_hints(self.prototype, include_extras=True)

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """The parameters that travel, in the order of the signature."""
        in_path = set(_NAMES.findall(self.path))
        read = (
            parameter(
                name,
                self.hints[name],
                declared.default,
                in_path=name in in_path,
                elsewhere=self.body,
            )
            for name, declared in self.signature.parameters.items()
        )
        return tuple(param for param in read if param is not None)

    @cached_property
    def result(self) -> Any:
        """What a caller gets: a model, ``Job[Report]``, ``Page[Item]``, or an iterator of rows."""
        # Of the prototype's types only this one is read: a search by results reads those of all routes.
        returned = SimpleNamespace(__annotations__={"return": self.prototype.__annotations__["return"]})
        declared = typing.get_type_hints(returned, inspect.unwrap(self.prototype).__globals__)["return"]
        unpaged = getattr(typing.get_origin(declared), "page_of", None)
        return declared if unpaged is None else unpaged(*typing.get_args(declared))

    @property
    def effect_depends(self) -> bool:
        """Whether the arguments of a call can give it another effect."""
        return self._effect_by is not None

    @cached_property
    def gives_records(self) -> bool:
        """Whether a stream is rows of CSV, and not bytes as they come."""
        return typing.get_args(self.result) != (bytes,)

    @cached_property
    def wants_account_id(self) -> bool:
        """Whether the path holds the account's number, which a session fills in."""
        return "{account_id}" in self.path

    @property
    def completes(self) -> bool:
        """Whether some arguments are completed from others, such as a body from the account's number."""
        return self._complete is not None

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments by name, defaults filled in.

        Raises:
            TypeError: as Python itself would, by the method's name.
        """
        defaults, positional, names = self._binding
        arguments = {**defaults, **kwargs}
        for name, value in zip(positional, args, strict=False):
            if name in kwargs:
                raise self._misfit(args, kwargs)
            arguments[name] = value
        if len(args) > len(positional) or arguments.keys() != names:
            raise self._misfit(args, kwargs)
        return arguments

    def _misfit(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeError:
        """What Python says of these arguments; of those that stand in the wrong place it tells the names, too."""
        by_name = [each.name for each in self.signature.parameters.values() if each.kind is each.KEYWORD_ONLY]
        try:
            self.prototype(None, *args, **kwargs)
        except TypeError as error:
            said = str(error)
        else:
            raise AssertionError(f"{self.name} can be called like that.")
        if len(args) > len(self._binding[1]) and by_name:
            said += f"; {', '.join(by_name)} must be given by name"
        return TypeError(said)

    @cached_property
    def _binding(self) -> tuple[dict[str, Any], tuple[str, ...], frozenset[str]]:
        declared = self.signature.parameters.values()
        return (
            {each.name: each.default for each in declared if each.default is not each.empty},
            tuple(each.name for each in declared if each.kind is each.POSITIONAL_OR_KEYWORD),
            frozenset(each.name for each in declared),
        )

    def compile(self, arguments: Mapping[str, Any]) -> Request:
        """The request for these arguments. Nothing is read or sent; a route's check may ask how long a file is.

        Raises:
            InvalidArgument: a value that cannot be sent.
        """
        if self._check is not None:
            self._check(arguments)
        if self._complete is not None:
            arguments = self._complete(arguments)
        return self._plan.request(arguments)

    def path_for(self, arguments: Mapping[str, Any]) -> str:
        """The path of the request for these arguments.

        Raises:
            InvalidArgument: a value that cannot stand in it.
        """
        return self._plan.path(arguments)

    @cached_property
    def _plan(self) -> RequestPlan:
        return RequestPlan(
            self.method,
            self.path,
            fixed=self.fixed,
            body=self.body,
            params=self.params,
            assemble=self._assemble,
            effect=self.effect,
            effect_by=self._effect_by,
        )


@overload
def route_of(method: Callable[..., Coroutine[Any, Any, Result]]) -> Route[Result]: ...
@overload
def route_of(method: Callable[..., Any]) -> Route: ...
def route_of(method: Callable[..., Any]) -> Route:
    """The route that a method of a namespace stands for, such as ``route_of(Lists.merge)``."""
    return typing.cast("Route", vars(method)["route"])
