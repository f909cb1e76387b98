"""Fault kinds: the classes of faults and their constructors, described and made from JSON.

Everything is read from the classes, so that a new fault is here at once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, TypeAlias, get_args, get_type_hints

from attrs import frozen

from asyncsdk.emulator.console.endpoint import plain_summary
from asyncsdk.emulator.console.fault_arguments import Argument, argument_of
from asyncsdk.emulator.console.json_fields import check_names, object_of, shown
from asyncsdk.emulator.faults import CallFault, Fault, JobFault, RowFault
from asyncsdk.emulator.validators import InvalidArgument, did_you_mean
from asyncsdk.http.messages import Json

__all__ = ["FaultKind", "fault_from", "fault_kinds"]

ActsOn: TypeAlias = Literal["call", "job", "rows"]

_BEGINS = re.compile(r"    (\w+): (.*)")
"""The first line of an argument below ``Args:``; the lines that go on with it are indented further."""


@frozen
class FaultKind:
    """One way to make a fault: a class, or a constructor of a class."""

    name: str
    """``Cut``, or ``Reply.throttled``."""

    summary: str
    acts_on: ActsOn
    make: Callable[..., Fault]
    arguments: tuple[Argument, ...]

    def described(self) -> dict[str, Json]:
        """The kind as JSON."""
        return {
            "kind": self.name,
            "summary": self.summary,
            "acts_on": self.acts_on,
            "arguments": [argument.described() for argument in self.arguments],
        }


@cache
def fault_kinds() -> Mapping[str, FaultKind]:
    """All kinds by name, in the order of the union of faults."""
    families: tuple[tuple[ActsOn, tuple[type[Any], ...]], ...] = (
        ("call", get_args(CallFault)),
        ("job", get_args(JobFault)),
        ("rows", (RowFault,)),
    )
    return {
        kind.name: kind for acts_on, classes in families for each in classes for kind in _kinds_of(each, acts_on)
    }


def _kinds_of(fault: type[Any], acts_on: ActsOn) -> Iterator[FaultKind]:
    described = _arguments_in(inspect.getdoc(fault) or "")
    yield _kind(fault.__name__, fault, fault.__init__, acts_on, {})
    for name, member in vars(fault).items():
        if isinstance(member, classmethod) and not name.startswith("_"):
            yield _kind(f"{fault.__name__}.{name}", getattr(fault, name), getattr(fault, name), acts_on, described)


def _kind(
    name: str, make: Callable[..., Any], function: Callable[..., Any], acts_on: ActsOn, also: Mapping[str, str]
) -> FaultKind:
    """``function`` has the annotations of what ``make`` takes; ``also`` tells of arguments by name."""
    docstring = inspect.getdoc(make) or ""
    summaries = {**also, **_arguments_in(docstring)}
    hints = get_type_hints(function)
    parameters = inspect.signature(make).parameters.values()
    arguments = [argument_of(each, hints[each.name], summaries.get(each.name, "")) for each in parameters]
    return FaultKind(name, plain_summary(docstring), acts_on, make, tuple(arguments))


def _arguments_in(docstring: str) -> dict[str, str]:
    """What a docstring says of each argument, by name."""
    told: dict[str, str] = {}
    name = ""
    for line in docstring.partition("Args:\n")[2].splitlines():
        begins = _BEGINS.fullmatch(line)
        if begins is not None:
            name, told[begins[1]] = begins[1], begins[2]
        elif name and line.startswith("        "):
            told[name] += f" {line.strip()}"
        else:
            break
    return {each: text.replace("``", "") for each, text in told.items()}


def fault_from(given: Mapping[str, Json]) -> Fault:
    """A fault of ``{"kind": "Cut", "arguments": {"when": "acted"}}``.

    Raises:
        InvalidArgument: there is no such kind, or an argument cannot be.
    """
    check_names(given, ("kind", "arguments"), "A fault")
    name, kinds = given.get("kind"), fault_kinds()
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        near = did_you_mean(str(name), kinds) or f" There are: {', '.join(kinds)}."
        raise InvalidArgument(f"There is no fault of the kind {shown(name)}.{near}")
    arguments = object_of(given, "arguments")
    check_names(arguments, [argument.name for argument in kind.arguments], kind.name)
    missing = [each.name for each in kind.arguments if each.required and each.name not in arguments]
    if missing:
        raise InvalidArgument(f"{kind.name} needs {' and '.join(missing)}.")
    return kind.make(
        **{each.name: each.read(arguments[each.name]) for each in kind.arguments if each.name in arguments}
    )
