"""``asyncsdk demo``: the main job on real input, against a private emulator that counts by itself."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncsdk
from asyncsdk.cli.address import problem_with
from asyncsdk.cli.connection import private_emulator
from asyncsdk.cli.exits import Exit, Failure
from asyncsdk.cli.progress import meter
from asyncsdk.cli.readback import read_back
from asyncsdk.cli.sheet import Row, Sheet
from asyncsdk.cli.terminal import Terminal
from asyncsdk.cli.watching import follow, report_json, report_lines
from asyncsdk.models import UploadReport
from asyncsdk.session import Session

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["example_file", "show"]

EXAMPLES: Final = 4
"""How many rejected rows are shown."""

SUBMITTED: Final = 4
"""How many asynchronous upserts are shown."""


def example_file() -> Path:
    """The example of the source tree.

    Raises:
        Failure: asyncsdk was installed without it.
    """
    path = Path(asyncsdk.__file__).parents[1] / "examples" / "contacts-messy.csv"
    if not path.is_file():
        raise Failure(
            Exit.BAD_INPUT,
            "the example file comes with the source tree only: name a CSV file of contacts with --file.",
        )
    return path


async def show(terminal: Terminal, sheet: Sheet, rows: int) -> int:
    """Run the demo and give the exit code.

    Args:
        terminal: where it is told.
        sheet: the contacts.
        rows: how many of them to upsert.
    """
    async with private_emulator(job_pending=1.0, job_running=1.5) as (server, acton):
        shown = Demo(terminal, sheet, server, acton)
        report = await shown.upload()
        await shown.rejects(report)
        touched = await shown.upserts(report.list_id, rows)
        await shown.jobs(report.list_id, rows)
        await shown.verify(report.list_id, touched)
        shown.promises()
    terminal.result(shown.value)
    return Exit.DONE if shown.kept else Exit.SOME_NOT_SAVED


class Demo:
    """The steps, each told as it goes."""

    def __init__(self, terminal: Terminal, sheet: Sheet, server: Emulator, acton: Session) -> None:
        self.value: dict[str, Any] = {"rows": sheet.rows}
        """What was found, for programs."""
        self.kept = True
        """Whether every promise was kept."""
        self._terminal = terminal
        self._sheet = sheet
        self._server = server
        self._acton = acton
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    async def upload(self) -> UploadReport:
        """Create a list from the file."""
        sheet = self._sheet
        self._say(f"Creating a list from {sheet.path.name}, {sheet.rows:,} rows, on {self._server.url}")
        job = await self._acton.lists.create("Contacts", file=sheet.path, columns=sheet.columns())
        report = await follow(self._tell, job)
        for line in report_lines(report):
            self._tell(line)
        self.value["upload"] = report_json(report)
        return report

    async def rejects(self, report: UploadReport) -> None:
        """Show a few of the rows that were rejected, without their addresses."""
        if not report.rejected:
            return
        self._say("The first rejected rows, addresses masked")
        left = EXAMPLES
        async for record in self._acton.lists.rejected_records(report):
            if not left:
                break
            left -= 1
            email = record[self._sheet.email_heading].strip()
            others = [cell for heading, cell in record.items() if heading != self._sheet.email_heading and cell]
            self._tell(f"{problem_with(email) or 'refused'}: {'*' * min(3, len(email))} | {' | '.join(others[:3])}")

    async def upserts(self, list_id: str, rows: int) -> dict[str, dict[str, str]]:
        """Upsert contacts, all at once; gives what was written, by address."""
        chosen = self._contacts(0, rows)
        if not chosen:
            return {}
        self._say(f"Upserting {len(chosen):,} contacts, all started at once, under 5 calls a second")
        began, done = self._loop.time(), 0
        changed = {self._sheet.email_in(row): self._change(row) for row in chosen}

        async def upsert(email: str, data: dict[str, str]) -> None:
            nonlocal done
            await self._acton.contacts.upsert(list_id, email=email, data=data)
            done += 1
            progress.at(done, f"{done / (self._loop.time() - began):.1f} a second")

        with meter("  Upserts", len(chosen)) as progress:
            await asyncio.gather(*(upsert(email, data) for email, data in changed.items()))
        seconds = self._loop.time() - began
        self._tell(f"{done:,} saved in {seconds:.1f} s: {done / seconds:.2f} a second.")
        self.value["upserts"] = {"saved": done, "seconds": round(seconds, 3)}
        return changed

    async def jobs(self, list_id: str, skipped: int) -> None:
        """Submit asynchronous upserts, and await all their jobs together."""
        chosen = self._contacts(skipped, SUBMITTED)
        if not chosen:
            return
        self._say(f"Submitting {len(chosen)} asynchronous upserts, and gathering their jobs")
        jobs = [
            await self._acton.contacts.submit_upsert(
                list_id, email=self._sheet.email_in(row), data=self._sheet.fields_of(row)
            )
            for row in chosen
        ]
        self._tell(f"Jobs {', '.join(job.id for job in jobs)}: {', '.join(job.status for job in jobs)}")
        reports = await asyncio.gather(*jobs)
        self._tell(f"All done: {sum(report.updated for report in reports)} updated.")
        self.value["jobs"] = len(reports)

    async def verify(self, list_id: str, changed: dict[str, dict[str, str]]) -> None:
        """Read a page back, and compare it with the file cell by cell."""
        self._say("Reading a page back, and comparing it with the file")
        page = await self._acton.lists.download(list_id, count=1000)
        found = read_back(self._sheet, page.contacts(), changed)
        self._tell(f"{found.contacts:,} contacts, {found.cells:,} cells: {found.differing:,} differ from the file.")
        for cell in found.samples:
            self._tell(f"unchanged: {cell}")
        self.value["read_back"] = {"cells": found.cells, "differing": found.differing}
        self.kept = self.kept and not found.differing

    def promises(self) -> None:
        """Tell what was spent, and what the emulator counted."""
        usage = self._acton.usage()
        most = self._server.most_in_any_second()
        refused = sum(1 for call in self._server.calls if (call.status or 0) >= 400)
        logins = self._server.settings.logins_per_hour or 0
        self._say("What it took")
        self._tell(
            f"asyncsdk counted {usage.calls_made} calls; {usage.calls_left:,} are left today,"
            f" {usage.logins_left} of {logins} logins this hour."
        )
        self._tell(
            f"The emulator counted {self._server.calls.total} calls, at most {most} in any second (allowed: 5),"
            f" and refused {refused}."
        )
        self.kept = self.kept and most <= 5 and not refused
        self.value["calls"] = {
            "made": usage.calls_made,
            "left": usage.calls_left,
            "logins_left": usage.logins_left,
            "counted_by_emulator": self._server.calls.total,
            "most_in_any_second": most,
            "refused": refused,
        }

    def _contacts(self, skip: int, count: int) -> list[Row]:
        """Rows with an address that was not met before."""
        seen: set[str] = set()

        def fresh(row: Row) -> bool:
            key = self._sheet.email_in(row).casefold()
            new = key not in seen and problem_with(key) is None
            seen.add(key)
            return new

        return list(islice(filter(fresh, self._sheet.read()), skip, skip + count))

    def _change(self, row: Row) -> dict[str, str]:
        """What is written: the row as it is, with its last cell replaced."""
        others = [heading for heading in self._sheet.headings if heading != self._sheet.email_heading]
        return {**self._sheet.fields_of(row), **dict.fromkeys(others[-1:], f"demo, row {row.number}")}

    def _say(self, line: str) -> None:
        self._terminal.say(f"{self._loop.time() - self._began:5.1f} s  {line}")

    def _tell(self, line: str) -> None:
        self._terminal.say(f"         {line}")
