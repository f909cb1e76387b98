"""Argument checks of ``custom_data``: what its routes refuse before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, get_args

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.routing.encoders import require_sequence

__all__ = [
    "all_are_meant",
    "file_ingest_is_meant",
    "hard_delete_is_meant",
    "not_a_word_of_the_api",
    "query_is_sound",
    "row_ingest_is_meant",
    "rows_are_named",
]

Arguments: TypeAlias = Mapping[str, Any]

SELECTED: Final = 2000
"""The most fields that a query gives."""

SORTED: Final = 10
"""The most fields that a query sorts by."""


def not_a_word_of_the_api(**taken: tuple[str, ...]) -> Callable[[Arguments], None]:
    """A check that no argument is a word with which the path would lead to another operation."""

    def check(arguments: Arguments) -> None:
        for name, words in taken.items():
            if arguments[name] in words:
                raise InvalidArgument(
                    f"{name} must not be {arguments[name]!r}: in this place the word belongs to the API,"
                    " and the call would become another. Give the id instead of the name."
                )

    return check


_not_all_schemas: Final = not_a_word_of_the_api(object_id=("all",))


def hard_delete_is_meant(arguments: Arguments) -> None:
    """One schema, and for good only where that is said in so many words."""
    _not_all_schemas(arguments)
    if arguments["hard"] and arguments["delete_everything"] is not True:
        raise InvalidArgument(
            "A hard delete takes the schema with all its datasets and rows for good."
            " If that is meant, say delete_everything=True."
        )


def all_are_meant(arguments: Arguments) -> None:
    """All schemas only where that is said in so many words."""
    if arguments["delete_everything"] is not True:
        raise InvalidArgument(
            "This deletes every schema of the account, with all datasets and rows."
            " If that is meant, say delete_everything=True."
        )


def row_ingest_is_meant(arguments: Arguments) -> None:
    """A documented mode, and REPLACE only where that is said in so many words."""
    _mode_is_meant(get_args(models.IngestMode), arguments)


def file_ingest_is_meant(arguments: Arguments) -> None:
    """A documented mode, REPLACE and DELETE_DATASET only where that is said in so many words."""
    _mode_is_meant(get_args(models.FileIngestMode), arguments)
    if arguments["mode"] == "DELETE_DATASET" and arguments["delete_everything"] is not True:
        raise InvalidArgument("DELETE_DATASET deletes the dataset. If that is meant, say delete_everything=True.")


def _mode_is_meant(modes: Sequence[str], arguments: Arguments) -> None:
    if arguments["mode"] not in modes:
        raise InvalidArgument(f"mode must be one of {', '.join(modes)}; it is {arguments['mode']!r}.")
    if arguments["mode"] == "REPLACE" and arguments["replace_everything"] is not True:
        raise InvalidArgument(
            "REPLACE deletes every row of the dataset that is not sent with it."
            " If that is meant, say replace_everything=True."
        )


def rows_are_named(arguments: Arguments) -> None:
    """Either ids, or both ends of a range."""
    ends = [arguments["first_id"], arguments["last_id"]]
    by_range = any(end is not None for end in ends)
    if by_range == (arguments["ids"] is not None):
        raise InvalidArgument("Give either ids, or first_id and last_id.")
    if by_range and not all(ends):
        raise InvalidArgument("A range needs both its ends: first_id and last_id.")


def query_is_sound(arguments: Arguments) -> None:
    """No more than the API takes, and only one way of paging."""
    for name, most in (("select_fields", SELECTED), ("sort_fields", SORTED)):
        if arguments[name] is not None and len(require_sequence(name, arguments[name])) > most:
            raise InvalidArgument(f"{name} has {len(arguments[name])} members; the API takes at most {most}.")
    by_token = arguments["page_strategy"] == "CURSOR"
    if by_token and arguments["page"] is not None:
        raise InvalidArgument("With CURSOR there are no page numbers: leave page out.")
    if not by_token and arguments["next_page_token"] is not None:
        raise InvalidArgument("A next_page_token goes with page_strategy='CURSOR' only.")
