"""The pages about the endpoints, made from the table: an index, a page for each namespace, and what is guessed."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from annotations import linked, spelled, without_none

from asyncsdk import TABLE, Effect, Route, Shape
from asyncsdk.client import NAMESPACES
from asyncsdk.routing.resource import Resource

__all__ = ["endpoint_pages"]

FOLDER: Final = "reference/endpoints"

_EFFECTS: Final = {
    Effect.READ: "It changes nothing, so it is repeated after a failure.",
    Effect.IDEMPOTENT: "Done twice is as good as done once, so it is repeated after a failure.",
    Effect.UNSAFE: "Done twice is wrong, so it is repeated only if it surely was not done.",
}
_SECTION: Final = re.compile(r"^(Args|Returns|Yields|Raises|Attributes):$", re.MULTILINE)
_ARGUMENT: Final = re.compile(r"^    (\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)


def endpoint_pages() -> Iterator[tuple[str, str, str]]:
    """Each page: its title, its path and its text."""
    yield "All endpoints", f"{FOLDER}/index.md", _index()
    for name, resource in NAMESPACES.items():
        yield name, f"{FOLDER}/{name}.md", _namespace(name, resource)
    yield "What is guessed", f"{FOLDER}/guessed.md", _guessed()


def _index() -> str:
    counts = ", ".join(f"{sum(row.shape is shape for row in TABLE.values())} {shape.value}" for shape in Shape)
    lines = [
        "# All endpoints",
        f"{len(TABLE)} endpoints in {len(NAMESPACES)} namespaces; by how sure the shape of the answer is: {counts}"
        " ([which are guessed](guessed.md)).",
        "The word in the column *shape* says how sure the shape of the answer is, which"
        " [a probe](../../probe.md) of an account settles:",
        "\n".join(["| shape | the shape of the answer is |", "|---|---|", *_meanings()]),
        "Each is a method of an open session: `acton.contacts.upsert(...)`. The column *effect* says what a repeat"
        " does, for the worst case where that depends on an argument; [why](../../why/retries.md).",
    ]
    for namespace, resource in NAMESPACES.items():
        lines += [f"## {namespace}", inspect.getdoc(resource) or "", _table_of(namespace)]
    return "\n\n".join(lines)


def _meanings() -> Iterator[str]:
    return (f"| {shape.value} | {shape.meaning} |" for shape in Shape)


def _table_of(namespace: str) -> str:
    rows = [route for route in TABLE.values() if route.name.partition(".")[0] == namespace]
    return "\n".join(
        [
            "| method | call | effect | shape |",
            "|---|---|---|---|",
            *(
                f"| [`{_method(route)}`]({namespace}.md#{route.name})<br>{_markdown(route.summary)}"
                f" | {route.method} `{route.path}` | {route.effect.value} | {route.shape.value} |"
                for route in rows
            ),
        ]
    )


def _guessed() -> str:
    lines = [
        "# What is guessed",
        f"The shape of these answers is {Shape.GUESSED.meaning}. The emulator answers with a guess, and their"
        " results stay open or may be incomplete. Whoever has an account can find out:"
        " [probe it](../../probe.md).",
        "\n".join(
            [
                "| endpoint | call |",
                "|---|---|",
                *(
                    f"| [`{route.name}`]({route.name.partition('.')[0]}.md#{route.name})<br>"
                    f"{_markdown(route.summary)} | {route.method} `{route.path}` |"
                    for route in TABLE.values()
                    if route.shape is Shape.GUESSED
                ),
            ]
        ),
        "What else the emulator guesses is told in [testing](../../testing.md#what-it-guesses).",
    ]
    return "\n\n".join(lines)


def _namespace(name: str, resource: type[Resource]) -> str:
    lines = [f"# {name}", inspect.getdoc(resource) or "", f"Called as `acton.{name}.…` on an open session."]
    for method, made in _methods(resource).items():
        route: Route | None = getattr(made, "route", None)
        lines += [f"## {method} {{ #{name}.{method} }}", *_entry(f"acton.{name}.{method}", made, route)]
    return "\n\n".join(lines)


def _methods(resource: type[Resource]) -> dict[str, Callable[..., Any]]:
    """The endpoints of a namespace, then what a session adds to them."""
    kinds = [kind for kind in reversed(resource.__mro__) if kind not in (object, Resource)]
    return {
        name: made
        for kind in kinds
        for name, made in vars(kind).items()
        if inspect.isfunction(made) and not name.startswith("_")
    }


def _entry(called: str, made: Callable[..., Any], route: Route | None) -> Iterator[str]:
    text, arguments = _docstring(made)
    summary, _, more = text.partition("\n")
    hints = typing.get_type_hints(made)
    yield _markdown(summary)
    yield f"```python\n{_signature(called, made, hints)}\n```"
    if route is not None:
        yield _facts(route)
    yield f"Gives {linked(hints['return'])}."
    if more.strip():
        yield _markdown(more.strip("\n"))
    if arguments:
        yield _arguments(arguments, hints, route)


def _signature(called: str, made: Callable[..., Any], hints: Mapping[str, Any]) -> str:
    """The signature, an argument a line where there are several; ``await`` where it takes that."""
    parts: list[str] = []
    keyword_only = False
    for parameter in list(inspect.signature(made).parameters.values())[1:]:
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            parts.append("*")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}".replace("'", '"')
        parts.append(f"{parameter.name}: {spelled(hints[parameter.name])}{default}")
    one_line = f"{called}({', '.join(parts)})"
    text = one_line if len(one_line) < 90 else f"{called}(\n" + "".join(f"    {part},\n" for part in parts) + ")"
    return f"await {text}" if inspect.iscoroutinefunction(made) else text


def _depends(route: Route) -> str:
    return ", unless the arguments say otherwise" if route.effect_depends else ""


def _facts(route: Route) -> str:
    always = " and ".join(f"`{name}={value}`" for name, value in route.fixed.items())
    return "\n".join(
        [
            f"- **{route.method}** `{route.path}`" + (f", always with {always}" if always else ""),
            f"- effect: **{route.effect.value}**{_depends(route)}. {_EFFECTS[route.effect]}",
            f"- shape: **{route.shape.value}**. The shape of the answer is {route.shape.meaning}.",
        ]
    )


def _arguments(texts: Mapping[str, str], hints: Mapping[str, Any], route: Route | None) -> str:
    travels = {param.name: param for param in route.params} if route is not None else {}
    rows = ["| argument | type | travels in | meaning |", "|---|---|---|---|"]
    for name, text in texts.items():
        param = travels.get(name)
        place = "" if param is None else f"{param.location.value}, as `{param.wire}`"
        if param is not None and param.whole:
            place = "json, the whole body"
        rows.append(f"| `{name}` | {linked(without_none(hints[name]))} | {place} | {_markdown(text)} |")
    return "\n".join(rows)


def _docstring(made: Callable[..., Any]) -> tuple[str, Mapping[str, str]]:
    """What comes before the sections, and what is said of each argument."""
    text = inspect.getdoc(made) or ""
    pieces = _SECTION.split(text)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    arguments = {name: " ".join(said.split()) for name, said in _ARGUMENT.findall(sections.get("Args", ""))}
    return pieces[0].strip(), arguments


def _method(route: Route) -> str:
    return route.name.partition(".")[2]


def _markdown(text: str) -> str:
    """Docstrings write code in pairs of backticks."""
    return text.replace("``", "`").replace("|", "\\|")
