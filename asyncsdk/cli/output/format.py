"""Formatter for the result of any route, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, cast

import attrs

from asyncsdk.cli.output.cells import width_of
from asyncsdk.cli.output.table import format_table
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.models import ListPage

__all__ = ["show_items", "to_json", "to_lines"]

INDENT: Final = "  "

AT_ONCE: Final = 500
"""How many rows a table collects before it prints them, to know how wide its columns are."""


def to_json(value: Any, *, flat: bool = False) -> Any:
    """The value as JSON has it; models by the names of their fields.

    Args:
        value: the result of a route.
        flat: for people: times without fractions, and the keys that a model only collects beside its fields.
    """
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if flat else value.isoformat()
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        return {str(key): to_json(each, flat=flat) for key, each in mapping.items()}
    fields = _fields_of(value)
    if fields:
        return _model_json(value, fields, flat=flat)
    if isinstance(value, Sequence) and not isinstance(value, str):
        members = cast("Sequence[object]", value)
        return [to_json(each, flat=flat) for each in members]
    return value


def _fields_of(value: object) -> Sequence[attrs.Attribute[Any]]:
    kind = type(value)
    return attrs.fields(kind) if attrs.has(kind) else ()


def _model_json(value: Any, fields: Sequence[attrs.Attribute[Any]], *, flat: bool) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for field in fields:
        part = to_json(getattr(value, field.name), flat=flat)
        if flat and "rest" in field.metadata:
            told.update(part)
        else:
            told[field.name] = part
    return told


async def show_items(terminal: Terminal, items: AsyncIterable[Any]) -> None:
    """Print items as they arrive, in constant memory: a JSON value a line, or tables of some hundred rows."""
    waiting: list[Any] = []
    before = ""
    async for item in items:
        if terminal.json:
            print(json.dumps(to_json(item)), flush=True)
            continue
        waiting.append(item)
        if len(waiting) == AT_ONCE:
            before = _show_batch(terminal, waiting, before)
            waiting = []
    if waiting or not (terminal.json or before):
        _show_batch(terminal, waiting, before)


def _show_batch(terminal: Terminal, items: list[Any], before: str) -> str:
    """Print a batch; headings that were printed last are not repeated."""
    lines = to_lines(items, terminal.width)
    for line in lines[1:] if lines[0].split() == before.split() else lines:
        terminal.print_line(line)
    return lines[0]


def to_lines(value: Any, width: int | None) -> list[str]:
    """A result for people.

    Args:
        value: the result of a route.
        width: cells of the terminal that tables are fitted to; None for none.
    """
    if isinstance(value, ListPage):
        return format_table(value.headers, [tuple(map(_cell, row)) for row in value.rows], width=width).printed
    return list(_value_lines(to_json(value, flat=True), width))


def _value_lines(value: Any, width: int | None) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield from _object_lines(cast("dict[str, Any]", value), width)
    elif isinstance(value, list) and value:
        yield from _array_lines(cast("list[object]", value), width)
    elif value is None or isinstance(value, (dict, list)):
        yield "none"
    else:
        yield from _cell(value).splitlines() or [""]


def _object_lines(told: dict[str, Any], width: int | None) -> Iterator[str]:
    """What is short beside its name, what is long below it."""
    longest = max(map(width_of, told)) + 1
    narrower = None if width is None else width - len(INDENT)
    for key, value in told.items():
        if _is_long(value):
            yield f"{key}:"
            yield from (f"{INDENT}{line}" for line in _value_lines(value, narrower))
        else:
            blanks = " " * (longest - width_of(key))
            yield f"{key}:{blanks}{'none' if value in ([], {}) else _cell(value)}".rstrip()


def _is_long(value: Any) -> bool:
    return bool(value) and (isinstance(value, (dict, list)) or (isinstance(value, str) and "\n" in value.strip()))


def _array_lines(members: list[Any], width: int | None) -> Iterator[str]:
    if all(isinstance(member, dict) for member in members):
        objects = cast("list[dict[str, Any]]", members)
        if any(_holds_objects(value) for told in objects for value in told.values()):
            yield from _block_lines(objects, width)
        else:
            yield from _table_lines(objects, width)
    else:
        yield from (_cell(member) for member in members)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in cast("list[object]", value))


def _block_lines(objects: list[dict[str, Any]], width: int | None) -> Iterator[str]:
    """Objects too deep for a table, one below the other."""
    for number, told in enumerate(objects):
        if number:
            yield ""
        yield from _value_lines(told, width)


def _table_lines(objects: list[dict[str, Any]], width: int | None) -> list[str]:
    """A table of all keys that have a value in any object."""
    keys = dict.fromkeys(chain.from_iterable(objects))
    said = tuple(key for key in keys if any(told.get(key) not in (None, "", [], {}) for told in objects))
    if not said:
        return ["none"]
    return format_table(
        said, [tuple(_cell(told.get(key)) for key in said) for told in objects], width=width
    ).printed


def _cell(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
