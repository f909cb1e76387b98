"""``asyncsdk download``: writes a list to a file."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from attrs import evolve, frozen

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.options import STREAM
from asyncsdk.cli.output.progress_bar import ProgressMeter, progress_meter
from asyncsdk.cli.output.terminal import Terminal, print_bytes
from asyncsdk.cli.path_checks import check_output_path
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.files.headings import RECORD_ID
from asyncsdk.files.json_lines import JSON_LINES
from asyncsdk.models import Contact, ExportProgress, ExportReport
from asyncsdk.session import Session

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["DownloadRequest", "download"]

LABEL: Final = "Downloading"
AT_ONCE: Final = 1000
"""Records that are written at a time."""

PIECE: Final = 1 << 20
"""Bytes that are printed at a time."""


@frozen
class DownloadRequest:
    """Arguments of the command."""

    list_id: str
    file: Path
    fields: list[str] | None = None
    modified_after: datetime | None = None
    force: bool = False
    defuse_formulas: bool = False

    @property
    def filters(self) -> dict[str, Any]:
        """Filters of the records."""
        return {"fields": self.fields, "modified_after": self.modified_after}


async def download(terminal: Terminal, request: DownloadRequest, *, emulator: bool) -> int:
    """Write the file, print its length, and give the exit code."""
    if request.file == STREAM:
        return await _to_stdout(terminal, request, emulator=emulator)
    check_output_path("FILE", request.file, force=request.force)
    _tell(terminal, request, await _write(request, emulator=emulator))
    return Exit.DONE


async def _to_stdout(terminal: Terminal, request: DownloadRequest, *, emulator: bool) -> int:
    """Write a temporary file, and print it once it is whole; what is told goes to stderr."""
    if terminal.json:
        raise Failure(Exit.BAD_INPUT, "--json prints the result on stdout, and - the list: leave one of them out.")
    with tempfile.TemporaryDirectory(prefix="asyncsdk-") as folder:
        path = Path(folder) / "list.csv"
        report = await _write(evolve(request, file=path), emulator=emulator)
        with path.open("rb") as file:
            await print_bytes(_pieces(file))
    terminal.notice(f"{report.rows:,} records, {report.bytes:,} bytes, in {report.seconds:,.1f} s.")
    return Exit.DONE


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


async def _write(request: DownloadRequest, *, emulator: bool) -> ExportReport:

    def prepare(server: Emulator) -> None:
        """A private emulator has no lists: give it the one that is meant."""
        server.add_list("Contacts", ["Email", "First Name"], [["ada@example.com", "Ada"]], list_id=request.list_id)

    async with open_session(emulator=emulator, prepare=prepare) as acton:
        with progress_meter() as shown:
            in_json = request.file.suffix.casefold() in JSON_LINES
            return await (_json_lines if in_json else _csv)(acton, request, shown)


def _tell(terminal: Terminal, request: DownloadRequest, report: ExportReport) -> None:
    value = {
        "list_id": request.list_id,
        "file": str(request.file),
        "rows": report.rows,
        "bytes": report.bytes,
        "seconds": round(report.seconds, 3),
        "again": report.again,
    }
    lines = [
        f"{report.rows:,} records, {report.bytes:,} bytes, written to {request.file} in {report.seconds:,.1f} s."
    ]
    if report.again:
        lines.append("The list was asked for twice: the first answer was not whole, or the list changed meanwhile.")
    terminal.result(value, lines)


async def _csv(acton: Session, request: DownloadRequest, shown: ProgressMeter) -> ExportReport:
    def see(progress: ExportProgress) -> None:
        shown.show(LABEL, progress.rows, progress.total, _rate(progress.rate))

    return await acton.lists.export(
        request.list_id, request.file, on_progress=see, defuse_formulas=request.defuse_formulas, **request.filters
    )


async def _json_lines(acton: Session, request: DownloadRequest, shown: ProgressMeter) -> ExportReport:
    """A JSON object for each record, its cells by heading; the file takes its place when it is whole."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    total = (await acton.lists.download(request.list_id, count=1, **request.filters)).total_count
    rows = size = 0
    with AtomicFile(request.file) as file:
        async for batch in _batches(acton.lists.records(request.list_id, **request.filters)):
            text = "".join(json.dumps(_object(each, request), ensure_ascii=False) + "\n" for each in batch).encode()
            await file.write(text)
            rows += len(batch)
            size += len(text)
            shown.show(LABEL, rows, total, _rate(rows / max(loop.time() - began, 0.001)))
        await file.settle()
        file.commit()
    return ExportReport(rows, size, request.file, loop.time() - began)


def _object(contact: Contact, request: DownloadRequest) -> dict[str, str | None]:
    """A record's cells by heading; its id, too, unless the user has named the columns."""
    return dict(contact.data) if request.fields else {RECORD_ID: contact.id, **contact.data}


async def _batches(contacts: AsyncIterator[Contact]) -> AsyncIterator[list[Contact]]:
    batch: list[Contact] = []
    async for contact in contacts:
        batch.append(contact)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _rate(rate: float) -> str:
    return f"{rate:,.0f} a second"
