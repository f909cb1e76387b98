"""List of all routes, each with its summary, and of their namespaces."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator
from typing import Final

from asyncsdk.api import NAMESPACES, TABLE
from asyncsdk.cli.call.help import summary
from asyncsdk.cli.exit_codes import EXIT_CODES_HINT
from asyncsdk.cli.output.description_list import description_list
from asyncsdk.cli.output.terminal import Terminal

__all__ = ["list_namespaces", "list_routes"]

INDENT: Final = "  "

_USAGE: Final = (
    "Usage: asyncsdk call NAME [ARGUMENTS] [OPTIONS]",
    "",
    "Makes one call of Act-On's API.",
    "To see what a call takes: asyncsdk call NAME --help",
)


def list_namespaces(terminal: Terminal) -> None:
    """Print the namespaces: the help of the command, which fits a screen."""
    terminal.result(list(NAMESPACES), _namespace_lines(shutil.get_terminal_size().columns))


def _namespace_lines(width: int) -> Iterator[str]:
    yield from _USAGE
    yield "To see all calls:         asyncsdk call"
    yield "To see a namespace's:     asyncsdk call NAMESPACE"
    yield ""
    yield from description_list([(f"{INDENT}{name}", _title(name)) for name in NAMESPACES], width)
    yield ""
    yield EXIT_CODES_HINT


def _title(namespace: str) -> str:
    return (inspect.getdoc(NAMESPACES[namespace]) or "").partition("\n")[0]


def list_routes(terminal: Terminal, namespace: str = "") -> None:
    """Print the routes.

    Args:
        terminal: where they are printed.
        namespace: only this one; by default all.
    """
    names = [namespace] if namespace else list(NAMESPACES)
    routes = [route for name, route in TABLE.items() if name.partition(".")[0] in names]
    value = [
        {
            "name": route.name,
            "summary": summary(route),
            "method": route.method,
            "path": route.path,
            "effect": route.effect.value,
            "shape": route.shape.value,
        }
        for route in routes
    ]
    terminal.result(value, _lines(names, terminal.width))


def _lines(namespaces: list[str], width: int | None) -> Iterator[str]:
    yield from _USAGE
    for namespace in namespaces:
        yield ""
        yield f"{namespace}: {_title(namespace)}"
        routes = {name: route for name, route in TABLE.items() if name.partition(".")[0] == namespace}
        yield from description_list([(f"{INDENT}{name}", summary(route)) for name, route in routes.items()], width)
