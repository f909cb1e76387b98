"""List of all routes, each with its summary."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from asyncsdk.api import NAMESPACES, TABLE
from asyncsdk.cli.call.help import summary
from asyncsdk.cli.output.terminal import Terminal, format_table

__all__ = ["list_routes"]


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
    terminal.result(value, _lines(names))


def _lines(namespaces: list[str]) -> Iterator[str]:
    yield "Usage: asyncsdk call NAME [ARGUMENTS] [OPTIONS]"
    yield ""
    yield "Makes one call of Act-On's API. To see what a call takes: asyncsdk call NAME --help"
    for namespace in namespaces:
        yield ""
        yield f"{namespace}: {(inspect.getdoc(NAMESPACES[namespace]) or '').partition(chr(10))[0]}"
        routes = {name: route for name, route in TABLE.items() if name.partition(".")[0] == namespace}
        rows = ((f"  {name}", summary(route)) for name, route in routes.items())
        yield from format_table(("", ""), rows)[1:]
