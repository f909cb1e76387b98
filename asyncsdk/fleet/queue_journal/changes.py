"""Changes that the sender of a queue makes: commands that belong together, and that may be carried out twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from attrs import define, field

from asyncsdk.fleet.queue_journal.keys import DUE, KEPT, KEPT_AT, MARKS, ROWS, UNSAVED, WAITS
from asyncsdk.fleet.queue_journal.scripts import PUBLISH

__all__ = [
    "Change",
    "Command",
    "delete_fields",
    "deletion",
    "deletion_of_unsaved",
    "in_pieces",
    "keep_rows",
    "publish",
    "put_fields",
    "wait_for",
]

AT_ONCE: Final = 200
"""Fields of one command."""

PIECE_PARTS: Final = 2_000
"""Parts of the commands that Redis carries out in one step, which takes it less than some milliseconds."""

PIECE_BYTES: Final = 1 << 18
"""Characters of them."""

_ROW_PARTS: Final[tuple[tuple[str, int], ...]] = (
    ("XDEL", ROWS),
    ("HDEL", KEPT),
    ("ZREM", KEPT_AT),
    ("HDEL", MARKS),
)

Command: TypeAlias = tuple[str | int, ...]
"""A command's name, the place of its key, and more."""


@define(eq=False)
class Change:
    """Commands that belong together, in their order, and who waits for them."""

    commands: Sequence[Command] = field(repr=lambda commands: f"<{len(commands)} commands>")
    done: asyncio.Future[None] | None = None


def deletion(ids: Sequence[str]) -> list[Command]:
    """Delete rows."""
    return [_command(*part, some) for some in _some(ids) for part in _ROW_PARTS]


def keep_rows(rows: Mapping[str, str]) -> list[Command]:
    """Write rows again, by their ids; they leave the stream."""
    commands: list[Command] = []
    for some in _some(list(rows)):
        commands.append(("HSET", KEPT, *(part for each in some for part in (each, rows[each]))))
        commands.append(("ZADD", KEPT_AT, *(part for each in some for part in (int(each.partition("-")[0]), each))))
        commands.append(("XDEL", ROWS, *some))
    return commands


def delete_fields(key: int, fields: Sequence[str]) -> list[Command]:
    """Delete fields of a hash."""
    return [("HDEL", key, *some) for some in _some(fields)]


def deletion_of_unsaved(ids: Sequence[str]) -> list[Command]:
    """Delete rows that were given up."""
    return [_command(*part, some) for some in _some(ids) for part in (("HDEL", UNSAVED), ("ZREM", DUE))]


def publish(ids: Sequence[str], outcome: str, unsaved: str) -> list[Command]:
    """Tell those who wait for rows their outcome, and which row was given up: if nobody does, it is due at once."""
    due: list[Command] = [("ZADD", DUE, 0, unsaved)] if unsaved else []
    return [*due, *((PUBLISH, each, outcome, unsaved) for each in ids)]


def wait_for(ids: Sequence[str]) -> list[Command]:
    """Note that somebody waits for rows, where Redis has forgotten it."""
    return [("HSETNX", WAITS, each, "") for each in ids]


def put_fields(key: int, fields: Mapping[str, str]) -> list[Command]:
    """Set fields of a hash."""
    return [
        ("HSET", key, *(part for each in some for part in (each, fields[each]))) for some in _some(list(fields))
    ]


def in_pieces(changes: Sequence[Change]) -> Iterator[tuple[list[Change], list[str | int]]]:
    """Cut changes into pieces for one step each: the changes that end in it, and the arguments of its script.

    A change is cut only where it is longer than a piece.
    """
    ended: list[Change] = []
    arguments: list[str | int] = []
    size = 0
    for change in changes:
        lengths = [sum(len(str(part)) for part in command) for command in change.commands]
        parts = sum(map(len, change.commands))
        if arguments and (len(arguments) + parts > PIECE_PARTS or size + sum(lengths) > PIECE_BYTES):
            yield ended, arguments
            ended, arguments, size = [], [], 0
        for command, length in zip(change.commands, lengths, strict=True):
            if arguments and (len(arguments) + len(command) > PIECE_PARTS or size + length > PIECE_BYTES):
                yield ended, arguments
                ended, arguments, size = [], [], 0
            arguments += [len(command), *command]
            size += length
        ended.append(change)
    if ended:
        yield ended, arguments


def _command(name: str, key: int, ids: Sequence[str]) -> Command:
    return (name, key, *ids)


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]
