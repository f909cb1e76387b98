"""Published operations, read from ``published.tsv``: what the table of routes is held against, both ways."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen

FILE = Path(__file__).parents[1] / "conformance" / "published.tsv"


@frozen
class Published:
    """One line: an operation, and the route that makes the call."""

    method: str
    path: str
    name: str
    effect: str
    shape: str
    parameters: frozenset[str] | None
    """The published names, in lower case; None where the operation itself is not published."""

    @property
    def operation(self) -> str:
        """Method and path, without the names of the path's parts."""
        return f"{self.method} {bare(self.path)}"


def bare(path: str) -> str:
    """A path whose placeholders have no names, without a query and without a slash at the end."""
    return re.sub(r"\{\w+\}", "{}", path.partition("?")[0]).rstrip("/")


def _read() -> list[Published]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found: list[Published] = []
    named: dict[str, frozenset[str]] = {}
    for line in lines[1:]:
        *fields, told = line.split("\t")
        method, path, name, effect, shape = fields
        operation = f"{method} {bare(path)}"
        if told == '"':
            parameters: frozenset[str] | None = named[operation]
        elif told == "?":
            parameters = None
        else:
            parameters = named[operation] = frozenset() if told == "-" else frozenset(told.casefold().split())
        found.append(Published(method, path, name, effect, shape, parameters))
    return found


LINES = _read()
"""Every line of the file."""

ROUTES = {line.name: line for line in LINES if line.name != "-"}
"""The lines of calls that a route makes, by its name."""

OPERATIONS = {line.operation: line for line in ROUTES.values() if line.parameters is not None}
"""The published operations that a route must be there for."""
