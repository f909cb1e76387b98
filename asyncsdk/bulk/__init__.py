"""Bulk upserts: many rows into a list, planned first, resumable, and with an outcome for every row.

::

    rows -> chunks  -> files, and rows by themselves -> plan -> uploads, and single calls -> report
            sources    staging                                  execution
                       (align, merge, reject)                   storage: the state of each, before it matters
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import cast

from asyncsdk.bulk.plan import Plan, Via
from asyncsdk.bulk.progress import BulkProgress
from asyncsdk.bulk.report import BulkReport, ReportUnwritten
from asyncsdk.bulk.request import AnyPath, BulkRequest, JournalMode
from asyncsdk.bulk.run import BulkRun, execute, make_plan
from asyncsdk.bulk.sources.batches import ArrowStream, Rows
from asyncsdk.bulk.sources.files import FileFormat
from asyncsdk.bulk.storage.vault import JournalVault, RunInUse, VaultJournal
from asyncsdk.errors import InvalidArgument
from asyncsdk.uploads.caller import UploadCaller
from asyncsdk.uploads.column_renames import ColumnNames
from asyncsdk.uploads.list_columns import KEY
from asyncsdk.uploads.rejects import Reject, Rejects

__all__ = [
    "ArrowStream",
    "Bulk",
    "BulkProgress",
    "BulkReport",
    "BulkRun",
    "JournalMode",
    "JournalVault",
    "Plan",
    "Reject",
    "Rejects",
    "ReportUnwritten",
    "Rows",
    "RunInUse",
    "VaultJournal",
]


class Bulk:
    """Bulk runs of one session; it goes on with its other calls meanwhile."""

    def __init__(self, caller: UploadCaller) -> None:
        self._caller = caller

    async def plan(
        self,
        list_id: str,
        rows: Rows,
        *,
        key: str = KEY,
        via: Via = "auto",
        state: AnyPath | None = None,
        encoding: str = "utf-8-sig",
        separator: str = ",",
        rename: Mapping[str, str] | None = None,
        ignore: Collection[str] = (),
    ) -> Plan:
        """Say how rows would be sent, before anything is written: one call, which reads the list's columns.

        Args:
            list_id: the list, such as ``l-0001``.
            rows: as for ``upsert``; an iterator is used up.
            key: as for ``upsert``.
            via: as for ``upsert``.
            state: as for ``upsert``.
            encoding: as for ``upsert``.
            separator: as for ``upsert``.
            rename: as for ``upsert``.
            ignore: as for ``upsert``.

        Raises:
            InvalidArgument: the rows do not fit the list.
        """
        form = FileFormat(encoding, separator)
        return await make_plan(
            self._caller,
            BulkRequest(list_id, rows, key, via, state=state, form=form, naming=_naming(rename, ignore)),
        )

    async def upsert(
        self,
        list_id: str,
        rows: Rows,
        *,
        key: str = KEY,
        via: Via = "auto",
        journal: AnyPath | VaultJournal | None = None,
        journal_mode: JournalMode = "auto",
        rejects: AnyPath | None = None,
        state: AnyPath | None = None,
        encoding: str = "utf-8-sig",
        separator: str = ",",
        rename: Mapping[str, str] | None = None,
        ignore: Collection[str] = (),
        on_progress: Callable[[BulkProgress], object] | None = None,
    ) -> BulkReport:
        """Update the records with these addresses, and add those that are missing.

        A column that a row does not name, or for which it has None or an empty text, keeps what the list holds;
        ``asyncsdk.CLEAR`` erases it. Rows with the same address are merged, the last value of each column counts.

        Args:
            list_id: the list, such as ``l-0001``.
            rows: mappings, attrs or dataclass objects, from an iterable or an async one; the path of a CSV file, or
                of a JSON Lines file (``.jsonl``); or a dataframe of any make. Columns are named by the list's
                headings, or by system types such as ``FIRSTNAME``. NaN, NaT and the like are no values, as None is;
                ``docs/bulk.md`` tells what is written for each type.
            key: what the rows call the address, where they do not call it by the list's heading.
            via: ``records`` for a call each, ``upload`` for CSV files, ``auto`` for what takes less time.
            journal: a file that makes the run resumable: run the same again after a crash, or on the next day. Or
                a vault, such as ``fleet.run_journal("import-1")``: run the same again on any machine.
            journal_mode: what is done with a journal that is there. ``auto``: the same rows go on with it, and that
                of a finished run gives way to other rows. ``resume``: it must know of a run with these rows.
                ``fresh``: the rows are sent anew; an unfinished run's journal is kept as ``FILE.aside-1``.
            rejects: a file for the rejected rows, with the input's columns, to be corrected and fed back; the
                reasons go to one beside it. See ``BulkReport.write_rejects``.
            state: a file that remembers what the list was told, so that rows that say the same cost no call.
            encoding: how a file of rows is encoded.
            separator: what separates the cells of a CSV file.
            rename: the list's heading, or a system type, for columns that the rows call otherwise, such as
                ``{"E-mail": "Email"}``.
            ignore: columns of the rows that are not sent.
            on_progress: called with a ``BulkProgress`` whenever something has moved.

        Raises:
            InvalidArgument: the rows do not fit the list, or the journal is that of another run, which is not
                finished; nothing was sent.
            RunInUse: another process works at the run of this vault: nothing was sent, or nothing more is.
            QuotaExhausted: the day's calls are spent; with a journal, run it again when they are back.
            StoreFailed: the journal, the state file or the disk for the files to upload failed.
            ReportUnwritten: everything was done, but ``rejects`` or ``state`` could not be written; has the report.
        """
        form = FileFormat(encoding, separator)
        naming = _naming(rename, ignore)
        request = BulkRequest(
            list_id, rows, key, via, journal, rejects, state, form, on_progress, journal_mode, naming
        )
        return await execute(self._caller, request)

    def start(
        self,
        list_id: str,
        rows: Rows,
        *,
        key: str = KEY,
        via: Via = "auto",
        journal: AnyPath | VaultJournal | None = None,
        journal_mode: JournalMode = "auto",
        rejects: AnyPath | None = None,
        state: AnyPath | None = None,
        encoding: str = "utf-8-sig",
        separator: str = ",",
        rename: Mapping[str, str] | None = None,
        ignore: Collection[str] = (),
    ) -> BulkRun:
        """Begin an ``upsert``: ``async for progress in run`` follows it, ``await run`` gives its report.

        Args:
            list_id: as for ``upsert``.
            rows: as for ``upsert``.
            key: as for ``upsert``.
            via: as for ``upsert``.
            journal: as for ``upsert``.
            journal_mode: as for ``upsert``.
            rejects: as for ``upsert``.
            state: as for ``upsert``.
            encoding: as for ``upsert``.
            separator: as for ``upsert``.
            rename: as for ``upsert``.
            ignore: as for ``upsert``.
        """
        form = FileFormat(encoding, separator)
        naming = _naming(rename, ignore)
        request = BulkRequest(list_id, rows, key, via, journal, rejects, state, form, None, journal_mode, naming)
        return BulkRun(self._caller, request)


def _naming(rename: Mapping[str, str] | None, ignore: Collection[str]) -> ColumnNames:
    """Column names as the caller maps them.

    Raises:
        InvalidArgument: these are not the names of columns.
    """
    if isinstance(ignore, str):
        raise InvalidArgument(f"ignore takes several names: write [{ignore!r}].")
    renamed: Mapping[str, str] = rename or {}
    mapping, names = cast("object", renamed), cast("object", ignore)
    if not isinstance(mapping, Mapping) or not _all_texts((*renamed.keys(), *renamed.values())):
        raise InvalidArgument("rename is a mapping of texts: from the input's columns to the list's.")
    if not isinstance(names, Collection) or not _all_texts(ignore):
        raise InvalidArgument("ignore takes the names of columns, which are texts.")
    return ColumnNames(renamed, ignore)


def _all_texts(names: Iterable[object]) -> bool:
    return all(isinstance(name, str) for name in names)
