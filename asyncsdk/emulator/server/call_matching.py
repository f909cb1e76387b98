"""Call matching: whether a call of the log is the one that a test describes by a route and arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from attrs import frozen

from asyncsdk.api import TABLE
from asyncsdk.emulator.call_names import ANY, check_route, unlisted_routes
from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.validators import InvalidArgument, did_you_mean
from asyncsdk.files.upload import File
from asyncsdk.routing.params import Param
from asyncsdk.routing.route import Route

__all__ = ["CallPattern", "Difference"]

FIXED_ARGUMENTS: Final[Mapping[str, Sequence[str]]] = {"token": ("grant_type",)}


@frozen
class Difference:
    """An argument that a call had otherwise than a test expects."""

    name: str
    expected: object
    given: object


class CallPattern:
    """A description of calls: a route, and some of the arguments.

    Args:
        route: a route's name, ``token``, ``authorize``, or ``any``.
        arguments: arguments by the names of the client's method; those that are not named may be any.

    Raises:
        InvalidArgument: there is no such route, or it has no such argument; the message suggests the nearest.
    """

    def __init__(self, route: str, arguments: Mapping[str, object]) -> None:
        check_route(route)
        self.route = route
        self.arguments = arguments
        declared = _route(route)
        self._params: dict[str, Param] = {} if declared is None else {each.name: each for each in declared.params}
        for name in arguments:
            self._check_name(name)

    def _check_name(self, name: str) -> None:
        names = (*self._params, *FIXED_ARGUMENTS.get(self.route, ()))
        if name in names:
            return
        if self.route == ANY:
            raise InvalidArgument(f"Arguments belong to a route: name it instead of {ANY!r}.")
        there = ", ".join(names) or "none"
        near = did_you_mean(name, names)
        raise InvalidArgument(f"{self.route} sends no argument {name!r}.{near or f' There are: {there}.'}")

    def is_of_route(self, call: Call) -> bool:
        """Whether a call is one of the route."""
        return self.route in {ANY, call.route} or self.route in call.aliases

    def differences(self, call: Call) -> list[Difference]:
        """What a call of the route had otherwise; empty if it is as described."""
        given = call.arguments or {}
        compared = (
            (name, expected, given.get(name, self._params[name].default if name in self._params else None))
            for name, expected in self.arguments.items()
        )
        return [
            Difference(name, expected, was)
            for name, expected, was in compared
            if not self._is_same(name, expected, was)
        ]

    def _is_same(self, name: str, expected: object, was: object) -> bool:
        """Whether two values are equal, or would travel as the same."""
        if _listed(expected) == was:
            return True
        param = self._params.get(name)
        if param is None or param.annotation == File or expected is None or was is None:
            return False
        encode = param.encoder()
        try:
            return bool(encode(expected) == encode(was))
        except (InvalidArgument, TypeError, ValueError, AttributeError):  # it cannot travel at all
            return False


def _route(name: str) -> Route | None:
    unlisted = {route.name: route for route in unlisted_routes()}
    return TABLE.get(name) or unlisted.get(name)


def _listed(value: object) -> object:
    """The value with each sequence in it as a list, as JSON has it."""
    if isinstance(value, (list, tuple)):
        return [_listed(each) for each in cast("Sequence[object]", value)]
    if isinstance(value, dict):
        return {name: _listed(each) for name, each in cast("dict[object, object]", value).items()}
    return value
