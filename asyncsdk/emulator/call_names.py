"""Names of calls, for the request log and for faults."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from typing import cast

from asyncsdk.api import NAMESPACES, TABLE
from asyncsdk.emulator.validators import InvalidArgument, did_you_mean, suggestion
from asyncsdk.routing.resource import routes_of
from asyncsdk.routing.route import Route

__all__ = ["ANY", "check_pattern", "check_route", "concerns", "unlisted_routes"]

ANY = "any"
FIXED = ("token", "authorize")
"""The names of the two endpoints that are not routes of the table."""

LONGEST_PATTERN = 500

UNKNOWN_PATH = ""
"""The name of a call to an unknown path in the log."""


@cache
def _names() -> frozenset[str]:
    return frozenset({*TABLE, *FIXED})


@cache
def unlisted_routes() -> tuple[Route, ...]:
    """The client's methods that call a route of the table otherwise, such as ``lists.download_rows``."""
    return tuple(
        route for resource in NAMESPACES.values() for route in routes_of(resource).values() if not route.listed
    )


@cache
def _means() -> frozenset[str]:
    """The names that a fault may be put on, and that the log knows."""
    return _names() | {route.name for route in unlisted_routes()}


@cache
def _templates() -> frozenset[str]:
    return frozenset({*(route.path for route in TABLE.values()), *(f"/{name}" for name in FIXED)})


def concerns(pattern: str, names: Iterable[str]) -> bool:
    """Whether a pattern means a call with these names."""
    return pattern == ANY or any(name == pattern or fnmatchcase(name, pattern) for name in names)


def check_route(name: str) -> None:
    """Refuse a name that the log cannot hold.

    Raises:
        InvalidArgument: it is not the name of a route; the message suggests the nearest ones.
    """
    if not isinstance(cast("object", name), str) or name not in {*_means(), ANY, UNKNOWN_PATH}:
        raise InvalidArgument(f"There is no call {name!r}.{did_you_mean(str(name), _means())}")


def check_pattern(pattern: object) -> None:
    """Refuse a pattern that can mean no call: a fault on it would wait for ever.

    A path may be any, for a program may ask for paths that the table lacks; a template is one of the table's.

    Raises:
        InvalidArgument: it is not a route's name, a path, or a pattern of them; the message suggests the nearest.
    """
    if not isinstance(pattern, str):
        raise InvalidArgument(f"on is a route's name, a path or a pattern, not {type(pattern).__name__}.")
    if len(pattern) > LONGEST_PATTERN:
        raise InvalidArgument(f"on has at most {LONGEST_PATTERN} characters.")
    if "?" in pattern:
        raise InvalidArgument(f"on is compared with the path alone, without a query: {pattern!r}.")
    if _may_be_path(pattern) or concerns(pattern, {*_means(), *_templates()}):
        return
    near = did_you_mean(pattern, _templates()) if pattern.startswith("/") else _near_names(pattern)
    raise InvalidArgument(f"No call is named {pattern!r}, so nothing would ever happen.{near}")


def _near_names(pattern: str) -> str:
    """A sentence with the nearest names, also where the namespace is missing, or all names of one are meant."""
    namespace, dot, method = pattern.strip().casefold()[:LONGEST_PATTERN].partition(".")
    if method == "*":
        return did_you_mean(f"{namespace}.*", [f"{name}.*" for name in NAMESPACES])
    if dot:
        return did_you_mean(f"{namespace}.{method}", _means())
    spelled = get_close_matches(namespace, _means(), 3, cutoff=0.75)
    methods = get_close_matches(namespace, {name.partition(".")[2] for name in TABLE}, 2)
    names = [name for method in methods for name in TABLE if name.partition(".")[2] == method]
    return suggestion(spelled or names[:3]) or did_you_mean(namespace, {*_means(), ANY})


def _may_be_path(pattern: str) -> bool:
    return pattern.startswith(("/", "*/")) and "{" not in pattern
