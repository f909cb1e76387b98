"""Help of a route: its docstring, its types, and what is known of it."""

from __future__ import annotations

import inspect
import re
import typing
from typing import Annotated, Any, Final

from asyncsdk.cli.exit_codes import EXIT_CODES_HINT
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Effect
from asyncsdk.routing.route import Route

__all__ = ["argument_help", "description", "facts", "summary"]

EFFECTS: Final = {
    Effect.READ: "changes nothing",
    Effect.IDEMPOTENT: "done twice is as good as done once",
    Effect.UNSAFE: "done twice is wrong",
}
DEPENDS: Final = ", unless the arguments say otherwise"

_ARGUMENT: Final = re.compile(r"    (\w+): (.*)")
_CHOICES: Final = re.compile(r"Literal\[[^\]]*\]")
_OPTIONAL: Final = re.compile(r"Optional\[(Literal\[\.\.\.\])\]")
_QUALIFIED: Final = re.compile(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])")


def summary(route: Route) -> str:
    """The first line of the docstring."""
    return _plain(route.summary)


def description(route: Route) -> str:
    """The docstring before its sections, without the line breaks of the source."""
    paragraphs = _plain(_docstring(route).partition("\nArgs:\n")[0].strip()).split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)


def argument_help(route: Route) -> dict[str, str]:
    """Help of each argument: what the docstring says of it, in the words of the command line."""
    options = {f"``{name}``": f"--{name.replace('_', '-')}" for name in route.signature.parameters}
    told: dict[str, str] = {}
    name = ""
    for line in _docstring(route).partition("\nArgs:\n")[2].splitlines():
        begun = _ARGUMENT.fullmatch(line)
        if begun:
            name = begun[1]
            told[name] = begun[2]
        elif line.startswith("     ") and name:
            told[name] += f" {line.strip()}"
        elif line.strip():
            break
    for name, text in told.items():
        for marked, option in options.items():
            text = text.replace(marked, option)
        told[name] = _plain(text)
    return told


def facts(route: Route, *, with_signature: bool = True) -> str:
    """The signature, effect and shape of a route, and where the exit codes are told."""
    in_python = f"In Python:  acton.{route.name}{signature(route)}\n" if with_signature else ""
    return (
        f"{in_python}"
        f"Travels as: {route.method} {route.path}\n"
        f"Effect:     {route.effect.value}: {EFFECTS[route.effect]}{DEPENDS if route.effect_depends else ''}\n"
        f"Answer:     {route.shape.value}: {route.shape.meaning}\n\n"
        f"{EXIT_CODES_HINT}"
    )


def signature(route: Route) -> str:
    """The signature with the types that a caller gives, without modules and markers."""
    given = route.signature
    shown = given.replace(
        parameters=[
            each.replace(annotation=_unmarked(route.hints[each.name])) for each in given.parameters.values()
        ],
        return_annotation=route.hints["return"],
    )
    text = _CHOICES.sub("Literal[...]", _QUALIFIED.sub("", str(shown)))
    text = _OPTIONAL.sub(r"\1 | None", text)
    return text.replace(_QUALIFIED.sub("", str(File)), "File")


def _unmarked(hint: Any) -> Any:
    return hint.__origin__ if typing.get_origin(hint) is Annotated else hint


def _docstring(route: Route) -> str:
    return inspect.getdoc(route.prototype) or ""


def _plain(text: str) -> str:
    """Text without the marks of a docstring."""
    return text.replace("``", "")
