"""Argument checks and encoders that only the routes of ``lists`` need."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Effect
from asyncsdk.routing.encoders import require_sequence

__all__ = [
    "effect_of_mode",
    "merge_is_meant",
    "merge_specs",
    "one_choice_of_columns",
    "rejects_file",
    "upload_specs",
]


def _check_column(column: object) -> None:
    if not isinstance(column, models.Column):
        raise InvalidArgument('columns must be a sequence of Column, such as Column("E-mail Address", "EMAIL").')
    heading = cast("object", column.heading)
    if not isinstance(heading, str):
        raise InvalidArgument(f"A column's heading must be text, not {type(heading).__name__}.")
    if column.type is not None and column.type not in get_args(models.ColumnType):
        raise InvalidArgument(
            f"The type of column {heading!r} must be one of {', '.join(get_args(models.ColumnType))};"
            f" it is {column.type!r}."
        )
    if not isinstance(cast("object", column.ignore), bool):
        raise InvalidArgument(f"ignore of column {heading!r} must be True or False.")


def upload_specs(columns: Sequence[models.Column]) -> str:
    """The ``uploadspecs`` field: Act-On wants each column's index, and one column typed EMAIL."""
    require_sequence("columns", columns, of="Column")
    for column in columns:
        _check_column(column)
    if sum(column.type == "EMAIL" for column in columns) != 1:
        raise InvalidArgument("columns must have exactly one of type EMAIL: Act-On takes no upload without it.")
    specs: list[dict[str, str]] = []
    for index, column in enumerate(columns):
        spec = {
            "columnHeading": column.heading,
            "columnIndex": str(index),
            "ignoreColumn": "NY"[column.ignore],
        }
        if column.type is not None:
            spec["columnType"] = column.type
        specs.append(spec)
    return json.dumps(specs)


def merge_specs(arguments: Mapping[str, Any]) -> Mapping[str, str]:
    """The ``mergespecs`` field; ``columnMap`` must be there and empty, for mapping is not supported."""
    specs: dict[str, Any] = {
        "mergeMode": arguments["mode"],
        "dstListId": arguments["list_id"],
        "columnMap": [],
    }
    if arguments["key"] is not None:
        specs["mergeKeyHeading"] = arguments["key"]
    if arguments["segment"]:
        specs["createSegment"] = "1"
    return {"mergespecs": json.dumps([specs])}


def merge_is_meant(arguments: Mapping[str, Any]) -> None:
    """A documented mode, and REPLACE only where that is said in so many words."""
    modes = get_args(models.MergeMode)
    if arguments["mode"] not in modes:
        raise InvalidArgument(f"mode must be one of {', '.join(modes)}; it is {arguments['mode']!r}.")
    if arguments["key"] is not None and not (isinstance(arguments["key"], str) and arguments["key"]):
        raise InvalidArgument("key must be a heading, as text.")
    if not isinstance(arguments["segment"], bool):
        raise InvalidArgument(f"segment must be True or False, not {type(arguments['segment']).__name__}.")
    if arguments["mode"] == "REPLACE" and arguments["replace_everything"] is not True:
        raise InvalidArgument(
            "REPLACE deletes every record of the list that the file does not hold."
            " If that is meant, say replace_everything=True."
        )


def one_choice_of_columns(arguments: Mapping[str, Any]) -> None:
    """Either fields or date qualifiers."""
    if arguments["fields"] is not None and arguments["date_qualifiers"]:
        raise InvalidArgument("fields and date_qualifiers do not go together: the API takes one of them.")


_REPEATABLE = frozenset({"UPSERT", "UPDATE_ONLY", "REPLACE"})


def effect_of_mode(arguments: Mapping[str, Any]) -> Effect:
    """A file that is appended twice adds its rows twice."""
    return Effect.IDEMPOTENT if arguments["mode"] in _REPEATABLE else Effect.UNSAFE


def rejects_file(report: models.UploadReport | str) -> str:
    """The name of the file of rejected rows, out of a report or given itself."""
    if not isinstance(cast("object", report), (str, models.UploadReport)):
        raise InvalidArgument(f"report must be an UploadReport or a file name, not {type(report).__name__}.")
    name = report if isinstance(report, str) else report.rejects_file
    if not name:
        raise InvalidArgument("This report names no file of rejected rows; there may have been none.")
    return name
