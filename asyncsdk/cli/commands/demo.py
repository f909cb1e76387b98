"""``asyncsdk demo``: the main job on real input, against a private emulator."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict

from asyncsdk.bulk import BulkReport, BulkRun
from asyncsdk.bulk.plan import Plan, duration_text
from asyncsdk.cli.commands.demo_contacts import cells_of, held_before, make_up
from asyncsdk.cli.commands.verify import ExpectedList
from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.input.checked_file import CheckedFile
from asyncsdk.cli.open_session import private_emulator
from asyncsdk.cli.output.bulk_progress import bulk_meter
from asyncsdk.cli.output.bulk_report import OUTCOMES, ReasonSummary, outcome_counts, report_lines
from asyncsdk.cli.output.cells import cut
from asyncsdk.cli.output.counted import counted
from asyncsdk.cli.output.demo_screen import DemoScreen, Promise
from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.rejected_rows import RejectedRows
from asyncsdk.cli.output.style import Style, Styled
from asyncsdk.cli.output.table import Cell
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.session import Session

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["show"]

LONGEST_NAME: Final = 20
"""Cells of the file's name that are shown."""

LIST: Final = "l-0001"


async def show(terminal: Terminal, sheet: CheckedFile, rows: int, *, verbose: bool) -> int:
    """Run the demo and give the exit code.

    Args:
        terminal: the output.
        sheet: the contacts.
        rows: how many more to make up.
        verbose: print details, too.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    screen = DemoScreen(terminal, lambda: loop.time() - began, verbose=verbose)
    with TemporaryDirectory(prefix="asyncsdk-demo-") as folder:
        async with private_emulator(job_pending=1.0, job_running=2.0) as (server, acton):
            demo = Demo(screen, sheet, Path(folder), server, acton)
            demo.create_list()
            await demo.plan()
            await demo.upsert()
            await demo.interrupted(rows)
            await demo.download()
            demo.what_it_shows(loop.time() - began)
    terminal.result(demo.value)
    return Exit.DONE if demo.kept else Exit.SOME_NOT_SAVED


class Demo:
    """The steps, each of which prints its result."""

    def __init__(
        self, screen: DemoScreen, sheet: CheckedFile, folder: Path, server: Emulator, acton: Session
    ) -> None:
        self.value: dict[str, Any] = {"list_id": LIST}
        """The results, for programs."""
        self._promises: list[Promise] = []
        self._one_by_one = 0
        self._screen = screen
        self._sheet = sheet
        self._folder = folder
        self._server = server
        self._acton = acton
        self._expected = ExpectedList(sheet.headings, sheet.email_heading)
        self._before = (0, 0)

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return all(each.kept for each in self._promises)

    def create_list(self) -> None:
        """Make the list."""
        before = held_before(self._sheet)
        for contact in before:
            self._expected.apply(contact)
        self._before = len(before), sum(len(contact) - 1 for contact in before)
        self._server.add_list("Contacts", self._sheet.columns(), before, list_id=LIST)
        name = cut(printable(self._sheet.path.name), LONGEST_NAME)
        self._screen.opening(
            f"asyncsdk demo: {self._sheet.rows:,} rows of {name} into a list of a private Act-On",
            "Nothing leaves this machine. As Act-On does, it lets 5 calls a second through.",
        )
        self._screen.details([f"It listens on {self._server.url}."])

    async def plan(self) -> None:
        """Tell how the file would be sent."""
        self._screen.step("Plan, before anything is sent", f"asyncsdk upsert {LIST} FILE --plan")
        path, key = self._sheet.path, self._sheet.email_heading
        by_record = await self._acton.bulk.plan(LIST, path, key=key, via="records")
        plan = await self._acton.bulk.plan(LIST, path, key=key)
        self._one_by_one += by_record.calls
        files = "1 CSV file" if plan.files == 1 else f"{plan.files:,} CSV files"
        ways = [("a call for each row", by_record), *([(files, plan)] if plan.via == "upload" else [])]
        self._screen.table(
            ("way", "calls", "time", ""),
            [(way, *_cost(each), "chosen" if each.via == plan.via else "") for way, each in ways],
            ("calls", "time"),
        )
        self._screen.details(str(plan).splitlines())
        self.value["plan"] = asdict(plan)

    async def upsert(self) -> None:
        """Send the file."""
        self._screen.step("Upsert: each row is updated or added", f"asyncsdk upsert {LIST} FILE")
        async with bulk_meter() as shown:
            report = await self._acton.bulk.upsert(
                LIST, self._sheet.path, key=self._sheet.email_heading, on_progress=shown.update
            )
        self._tell_report("upsert", report)
        rejected_rows = RejectedRows(report.rejects, self._sheet.email_heading)
        if reasons := rejected_rows.reasons():
            headings = ("rejected", "why", "the first of them, joined to its line of the file")
            self._screen.table(headings, reasons, ("rejected",))
        self._screen.details(rejected_rows.examples())
        rejected = {reject.number for reject in report.rejects}
        for row in self._sheet.read():
            if row.number not in rejected:
                self._expected.apply(cells_of(self._sheet, row))
        whole = report.rows == sum(getattr(report, name) for name in OUTCOMES)
        joined = len(rejected) == report.rejected
        self._promises.append(
            Promise(
                "every row is accounted for",
                f"{report.rows:,} rows, {report.failed + report.unknown:,} lost",
                whole and joined and not (report.failed or report.unknown),
            )
        )

    async def interrupted(self, rows: int) -> None:
        """Interrupt a run once its file was accepted, and resume it."""
        path, journal = self._folder / "made-up.csv", self._folder / "made-up.journal"
        contacts = make_up(path, self._sheet, rows)
        how: Any = {"key": self._sheet.email_heading, "via": "upload", "journal": journal}
        self._one_by_one += (
            await self._acton.bulk.plan(LIST, path, key=self._sheet.email_heading, via="records")
        ).calls
        self._screen.step(f"Interrupt a run of {rows:,} more rows once Act-On has accepted its file")
        before = self._uploads()
        await self._interrupt(self._acton.bulk.start(LIST, path, **how))
        self._screen.step("Resume from the journal, which knows what was sent")
        async with bulk_meter() as shown:
            report = await self._acton.bulk.upsert(LIST, path, **how, on_progress=shown.update)
        for contact in contacts:
            self._expected.apply(contact)
        self._tell_report("resumed", report)
        uploads = self._uploads() - before
        self.value["resumed"]["uploads_counted_by_emulator"] = uploads
        self._promises.append(
            Promise(
                "a resumed run sends nothing twice",
                f"the server counts {uploads} upload",
                uploads == 1 and report.all_saved,
            )
        )

    async def _interrupt(self, run: BulkRun) -> None:
        async for progress in run:
            if progress.stage == "waiting":
                break
        run.cancel()
        try:
            await run
        except asyncio.CancelledError:
            self._screen.details(["Interrupted, as by Ctrl-C: nobody knows yet what became of the rows."])

    async def download(self) -> None:
        """Read the list back, and compare it with what was sent."""
        path = self._folder / "downloaded.csv"
        self._screen.step("Download, and compare with what was sent", f"asyncsdk download {LIST} FILE")
        report = await self._acton.lists.export(LIST, path)
        found = self._expected.compare(path)
        contacts, filled = self._before
        self._screen.table(
            ("the list", "contacts", "filled cells"),
            [("before", f"{contacts:,}", f"{filled:,}"), ("after", f"{report.rows:,}", f"{found.filled:,}")],
            ("contacts", "filled cells"),
        )
        self._screen.details(
            [
                f"{report.rows:,} records, {report.bytes:,} bytes, in {report.seconds:.1f} s.",
                f"{found.missing:,} contacts are missing, {found.surplus:,} too many.",
                *(f"unchanged: {cell}" for cell in found.samples),
            ]
        )
        self.value["download"] = {"rows": report.rows, **asdict(found)}
        self._promises.append(
            Promise(
                "what comes back is what was sent", f"{found.cells:,} cells, {found.differing:,} differ", found.same
            )
        )

    def what_it_shows(self, seconds: float) -> None:
        """Tell the promises and the figures that matter, as the emulator counted them."""
        self._check_limits()
        self._screen.step("What it shows")
        self._screen.promises(self._promises)
        usage = self._acton.usage()
        self._screen.details([f"asyncsdk counted {usage.calls_made} calls; {usage.calls_left:,} are left today."])
        rows = sum(self.value[name]["rows"] for name in ("upsert", "resumed"))
        calls = self.value["calls"]["counted_by_emulator"]
        kept = "Every promise was kept" if self.kept else "NOT EVERY PROMISE WAS KEPT"
        self._screen.closing(
            f"{kept}: {rows:,} rows in {seconds:.0f} s, {calls} calls in place of {self._one_by_one:,}.",
            good=self.kept,
        )

    def _check_limits(self) -> None:
        usage, calls = self._acton.usage(), self._server.calls
        most = self._server.most_in_any_second()
        refused = sum(1 for call in calls if (call.status or 0) >= 400)
        logins = (self._server.settings.logins_per_hour or 0) - usage.logins_left
        self._promises += [
            Promise(
                "at most 5 calls in any second",
                f"{most} at the most, {refused} of {calls.total} refused",
                most <= 5 and not refused,
            ),
            Promise("logins are saved", f"{logins} of 5 an hour", logins == 1),
        ]
        self.value["calls"] = {
            "made": usage.calls_made,
            "left": usage.calls_left,
            "logins_left": usage.logins_left,
            "counted_by_emulator": calls.total,
            "most_in_any_second": most,
            "refused": refused,
        }

    def _uploads(self) -> int:
        return len(self._server.calls.of("lists.merge"))

    def _tell_report(self, name: str, report: BulkReport) -> None:
        counts = outcome_counts(report)
        cells = [_dimmed(number) for number in counts.values()]
        self._screen.table(tuple(counts), [cells], tuple(counts))
        self._screen.details(
            [
                *report_lines(report, ReasonSummary(report.rejects)),
                f"Took {report.seconds:.1f} s and {counted(report.calls, 'call')}.",
            ]
        )
        self.value[name] = {**counts, "calls": report.calls, "seconds": round(report.seconds, 3)}


def _dimmed(number: int) -> Cell:
    """A count; one of nothing stands back."""
    return f"{number:,}" if number else Styled("0", Style.DIM)


def _cost(plan: Plan) -> tuple[str, str]:
    about = "about " if plan.calls_expected < plan.calls else ""
    return f"{about}{plan.calls_expected:,}", duration_text(plan.seconds)
