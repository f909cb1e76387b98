"""``asyncsdk demo``: the main job on real input, against a private emulator."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict

from asyncsdk.bulk import BulkReport, Reject
from asyncsdk.cli.commands.demo_contacts import cells_of, held_before, make_up
from asyncsdk.cli.commands.verify import ExpectedList
from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.input.checked_file import CheckedFile
from asyncsdk.cli.open_session import private_emulator
from asyncsdk.cli.output.bulk_progress import bulk_meter
from asyncsdk.cli.output.bulk_report import ReasonSummary, calls_made, outcome_counts, report_lines
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.session import Session

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["show"]

EXAMPLES: Final = 5
"""How many rejected rows are shown."""

LIST: Final = "l-0001"


async def show(terminal: Terminal, sheet: CheckedFile, rows: int) -> int:
    """Run the demo and give the exit code.

    Args:
        terminal: the output.
        sheet: the contacts.
        rows: how many more to make up.
    """
    with TemporaryDirectory(prefix="asyncsdk-demo-") as folder:
        async with private_emulator(job_pending=1.0, job_running=2.0) as (server, acton):
            demo = Demo(terminal, sheet, Path(folder), server, acton)
            demo.create_list()
            await demo.plan()
            demo.rejected(await demo.upsert())
            await demo.interrupted(rows)
            await demo.download()
            demo.took()
    terminal.result(demo.value)
    return Exit.DONE if demo.kept else Exit.SOME_NOT_SAVED


class Demo:
    """The steps, each of which prints its result."""

    def __init__(
        self, terminal: Terminal, sheet: CheckedFile, folder: Path, server: Emulator, acton: Session
    ) -> None:
        self.value: dict[str, Any] = {"list_id": LIST}
        """The results, for programs."""
        self.kept: bool = True
        """Whether every promise was kept."""
        self._terminal = terminal
        self._sheet = sheet
        self._folder = folder
        self._server = server
        self._acton = acton
        self._expected = ExpectedList(sheet.headings, sheet.email_heading)
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    def create_list(self) -> None:
        """Make the list."""
        before = held_before(self._sheet)
        for contact in before:
            self._expected.apply(contact)
        self._server.add_list("Contacts", self._sheet.columns(), before, list_id=LIST)
        self._say("An Act-On of our own: nothing leaves this machine")
        self._tell(f"It listens on {self._server.url} and, like Act-On, lets 5 calls a second through.")
        self._tell(f"Its list {LIST} holds {len(before):,} contacts, of whom little is known.")

    async def plan(self) -> None:
        """Tell how the file would be sent."""
        name = self._sheet.path.name
        self._say(f"The plan for {name}, before anything is sent: asyncsdk upsert {LIST} {name} --plan")
        plan = await self._acton.bulk.plan(LIST, self._sheet.path, key=self._sheet.email_heading)
        for line in str(plan).splitlines():
            self._tell(line)
        self.value["plan"] = asdict(plan)

    async def upsert(self) -> BulkReport:
        """Send the file."""
        name = self._sheet.path.name
        self._say(f"The same, done: asyncsdk upsert {LIST} {name}")
        async with bulk_meter() as shown:
            report = await self._acton.bulk.upsert(
                LIST, self._sheet.path, key=self._sheet.email_heading, on_progress=shown.update
            )
        self._tell_report("upsert", report)
        rejected = {reject.number for reject in report.rejects}
        for row in self._sheet.read():
            if row.number not in rejected:
                self._expected.apply(cells_of(self._sheet, row))
        self.kept = self.kept and len(rejected) == report.rejected and not (report.failed or report.unknown)
        return report

    def rejected(self, report: BulkReport) -> None:
        """Show a few of the rejected rows where they stand in the file, without their addresses."""
        if not report.rejects:
            return
        shown: dict[int, Reject] = {reject.number: reject for reject in report.rejects[:EXAMPLES]}
        self._say(f"The first of the {len(report.rejects):,} rejected rows, each joined to its line of the file")
        for row in self._sheet.read():
            reject = shown.get(row.number)
            if reject is not None:
                others = [cell for heading, cell in reject.row.items() if heading != self._sheet.email_heading]
                told = " | ".join(str(cell) for cell in others if cell)[:60]
                self._tell(f"line {row.line:,}: {reject.reason} | {told}")
        self._tell("With --rejects FILE all of them are written to a file, to be put right and sent again.")

    async def interrupted(self, rows: int) -> None:
        """Interrupt a run once its file was accepted, and resume it."""
        path, journal = self._folder / "made-up.csv", self._folder / "made-up.journal"
        contacts = make_up(path, self._sheet, rows)
        how: Any = {"key": self._sheet.email_heading, "via": "upload", "journal": journal}
        self._say(f"{rows:,} more contacts, in a run that is interrupted once Act-On has accepted the file")
        before = self._uploads()
        run = self._acton.bulk.start(LIST, path, **how)
        async for progress in run:
            if progress.stage == "waiting":
                break
        run.cancel()
        try:
            await run
        except asyncio.CancelledError:
            self._tell("Interrupted, as by Ctrl-C: nobody knows yet what became of the rows. The journal stays.")
        self._say("Resumed from the journal")
        report = await self._acton.bulk.upsert(LIST, path, **how)
        for contact in contacts:
            self._expected.apply(contact)
        self._tell_report("resumed", report)
        uploads = self._uploads() - before
        self._tell(f"Nothing was sent twice: the emulator counted {uploads} upload for both runs.")
        self.value["resumed"]["uploads_counted_by_emulator"] = uploads
        self.kept = self.kept and uploads == 1 and report.all_saved

    async def download(self) -> None:
        """Read the list back, and compare it with what was sent."""
        path = self._folder / "downloaded.csv"
        self._say(f"The list, downloaded and compared with what was sent: asyncsdk download {LIST} FILE")
        report = await self._acton.lists.export(LIST, path)
        found = self._expected.compare(path)
        self._tell(f"{report.rows:,} records, {report.bytes:,} bytes, in {report.seconds:.1f} s.")
        self._tell(
            f"{found.contacts:,} contacts, {found.cells:,} cells: {found.differing:,} differ from what was sent,"
            f" {found.missing:,} contacts are missing, {found.surplus:,} too many."
        )
        for cell in found.samples:
            self._tell(f"unchanged: {cell}")
        self.value["download"] = {"rows": report.rows, **asdict(found)}
        self.kept = self.kept and found.same

    def took(self) -> None:
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

    def _uploads(self) -> int:
        return len(self._server.calls.of("lists.merge"))

    def _tell_report(self, name: str, report: BulkReport) -> None:
        for line in report_lines(report, ReasonSummary(report.rejects)):
            self._tell(line)
        self._tell(f"Took {report.seconds:.1f} s and {calls_made(report.calls)}.")
        self.value[name] = {**outcome_counts(report), "calls": report.calls, "seconds": round(report.seconds, 3)}

    def _say(self, line: str) -> None:
        self._terminal.print_line(f"{self._loop.time() - self._began:5.1f} s  {line}")

    def _tell(self, line: str) -> None:
        self._terminal.print_line(f"         {line}")
