"""Bulk request: the arguments of a bulk run, checked before anything is read."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from attrs import field, frozen

from asyncsdk.bulk.plan import Via
from asyncsdk.bulk.progress import BulkProgress
from asyncsdk.bulk.sources.batches import Rows, check_rows
from asyncsdk.bulk.sources.files import FileFormat
from asyncsdk.bulk.storage.vault import VaultJournal
from asyncsdk.errors import InvalidArgument
from asyncsdk.uploads.column_renames import ColumnNames
from asyncsdk.uploads.list_columns import KEY
from asyncsdk.uploads.rejects_file import reasons_beside

__all__ = ["AnyPath", "BulkRequest", "JournalMode"]

JournalMode: TypeAlias = Literal["auto", "resume", "fresh"]
"""What is done with a journal that is there.

``auto``: a run with the same rows goes on, and a finished run with others gives way; an unfinished run with other
rows is an error that says what to do. ``resume``: there must be a run to go on with. ``fresh``: the rows are sent
anew, and the journal of an unfinished run is kept aside, as ``FILE.aside-1``.
"""

AnyPath: TypeAlias = str | PathLike[str]
"""A file's path."""


@frozen
class BulkRequest:
    """Arguments of a bulk run.

    Attributes:
        list_id: the list.
        rows: the input.
        key: what the input calls the address.
        via: the way to send rows.
        journal: a file, or a vault, that makes the run resumable.
        rejects: a file for the rejected rows.
        state: a file that remembers what the list was last told.
        form: how files of rows are written.
        on_progress: called again and again.
        journal_mode: what is done with a journal that is there.
        naming: which of the input's columns are called otherwise in the list, and which are left out.
    """

    list_id: str
    rows: Rows = field(repr=False)
    key: str = KEY
    via: Via = "auto"
    journal: AnyPath | VaultJournal | None = None
    rejects: AnyPath | None = None
    state: AnyPath | None = None
    form: FileFormat = field(factory=FileFormat)
    on_progress: Callable[[BulkProgress], object] | None = None
    journal_mode: JournalMode = "auto"
    naming: ColumnNames = field(factory=ColumnNames)

    def check(self) -> None:
        """Validate the arguments, before anything is read.

        Raises:
            InvalidArgument: there is no such way, or two files are one, or the one for the rejects cannot be made.
        """
        if self.via not in get_args(Via):
            raise InvalidArgument(f"via must be auto, records or upload; it is {self.via!r}.")
        if self.journal_mode not in get_args(JournalMode):
            raise InvalidArgument(f"journal_mode must be auto, resume or fresh; it is {self.journal_mode!r}.")
        if self.journal is None and self.journal_mode != "auto":
            raise InvalidArgument(f"journal_mode={self.journal_mode!r} needs a journal.")
        self.form.check()
        check_rows(self.rows)
        self.naming.check()
        key, told = cast("object", self.key), cast("object", self.on_progress)
        if not isinstance(key, str):
            raise InvalidArgument(f"key must be the name of a column, not {type(key).__name__}.")
        if told is not None and not callable(told):
            raise InvalidArgument(f"on_progress must be callable, not {type(told).__name__}.")
        if inspect.iscoroutinefunction(self.on_progress):
            raise InvalidArgument("on_progress is called, not awaited: 'async for' over bulk.start(...) instead.")
        self._check_files()

    def _check_files(self) -> None:
        """Refuse arguments that are not paths, name the same file, or name one that cannot be created."""
        seen: dict[Path, str] = {}
        files = {"rows": self.rows, "journal": self.journal, "rejects": self.rejects, "state": self.state}
        for name, file in files.items():
            if isinstance(file, VaultJournal) and name == "journal":
                continue
            if name != "rows" and not isinstance(file, (str, PathLike, type(None))):
                raise InvalidArgument(f"{name} must be a path, not {type(file).__name__}. Nothing was sent.")
            if isinstance(file, (str, PathLike)):
                if not str(file) or "\0" in str(file):
                    raise InvalidArgument(f"{name} is no path: {str(file)!r}. Nothing was sent.")
                other = seen.setdefault(Path(file).resolve(), name)
                if other != name:
                    raise InvalidArgument(f"{other} and {name} are one file, {file}. Nothing was sent.")
        self._check_rejects(seen)

    def _check_rejects(self, others: Mapping[Path, str]) -> None:
        """Refuse files of rejects and of reasons that cannot be made, or are one of the others."""
        if self.rejects is None:
            return
        if not Path(self.rejects).parent.is_dir() or Path(self.rejects).is_dir():
            raise InvalidArgument(f"The rejected rows cannot be written to {self.rejects}. Nothing was sent.")
        reasons = reasons_beside(self.rejects)
        other = others.get(reasons.resolve())
        if other is not None:
            raise InvalidArgument(f"{other} and the reasons for rejects are one file, {reasons}. Nothing was sent.")

    def encoding_of_rejects(self) -> str:
        """The encoding of the input: a byte order mark tells spreadsheets that a file is UTF-8."""
        return self.form.encoding_like(self.rows)
