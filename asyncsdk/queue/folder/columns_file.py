"""Columns file: the columns of a list, which every process of a folder reads and writes."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from asyncsdk.queue import journal_schema
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["keep_columns", "read_columns"]

_log = logging.getLogger("asyncsdk")


def read_columns(folder: Path, list_id: str) -> ListColumns | None:
    """The list's columns, as far as a queue on this folder has read them."""
    try:
        return journal_schema.columns_from_json(_file(folder, list_id).read_text(encoding="utf-8"), list_id)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_columns(folder: Path, columns: ListColumns) -> None:
    """Keep the columns of the list, so that the next queue can take rows before it reads them."""
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".columns-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(journal_schema.columns_to_json(columns))
        Path(name).replace(_file(folder, columns.list_id))
    except OSError as error:  # the next queue reads them by a call
        _log.warning(
            "The columns cannot be written down in %s: %s",
            folder,
            error.strerror,
            extra={"acton_event": "queue_columns_unwritten", "acton_error": type(error).__name__},
        )


def _file(folder: Path, list_id: str) -> Path:
    return folder / f".columns-{journal_schema.digest(list_id)}.json"
