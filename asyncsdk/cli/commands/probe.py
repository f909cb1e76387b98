"""``asyncsdk probe``: asks an account what nobody has published, and writes a report of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.state_folder import made_state_folder
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.probe_summary import left_lines, plan_lines, summary_lines
from asyncsdk.cli.output.progress_bar import ProgressMeter, progress_meter
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.cli.path_checks import check_output_path
from asyncsdk.errors import ActOnError
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.budget import BudgetSpent, CallBudget
from asyncsdk.probe.check import Access
from asyncsdk.probe.checks import ALL_CHECKS
from asyncsdk.probe.left_lists import account_name, remove_left_lists
from asyncsdk.probe.made_lists import MadeLists
from asyncsdk.probe.plan import ProbePlan, make_plan
from asyncsdk.probe.reference import open_reference
from asyncsdk.probe.report.about import AboutRun, about_run
from asyncsdk.probe.report.report_files import ReportFiles
from asyncsdk.probe.report.report_json import summary_json
from asyncsdk.probe.results import CheckResult, ProbeResults
from asyncsdk.probe.runner import ProbeRun

__all__ = ["ProbeRequest", "probe"]

CALLS: Final = 200
"""Calls that are enough for all that only reads."""

CALLS_BEYOND_READING: Final = 600
"""Calls that are enough for all that there is."""

REMOVING: Final = "Removing the list that this probe has made; Ctrl-C again ends it at once, without a report."


@frozen
class ProbeRequest:
    """Arguments of the command."""

    report: Path
    """The name of the report's files, without its ending."""

    calls: int | None
    """Calls that are made at most; None for as many as it usually takes."""

    write: bool
    """Whether lists may be made, and removed."""

    limits: bool
    """Whether more calls may be made than a second allows."""

    plan: bool
    """Whether to show the plan alone."""

    force: bool
    """Whether a report that is there may be replaced."""

    emulator: bool
    """Whether to probe a private emulator."""

    @property
    def most(self) -> int:
        """Calls that are made at most."""
        if self.calls is not None:
            return self.calls
        return CALLS_BEYOND_READING if self.write or self.limits else CALLS

    @property
    def access(self) -> tuple[Access, ...]:
        """Access that checks have to the account."""
        also = ((self.write, Access.WRITE), (self.limits, Access.LIMITS))
        return (Access.READ, *(access for wanted, access in also if wanted))


@frozen
class _Probed:
    """Probed account, and what the report tells of it."""

    account: ProbedAccount
    about: AboutRun
    before_check: Callable[[Access], None] = lambda _: None


async def probe(terminal: Terminal, request: ProbeRequest) -> int:
    """Show the plan, carry it out, write the report, and tell what differs.

    Args:
        terminal: the output.
        request: what is asked.
    """
    plan = make_plan(ALL_CHECKS, request.access, request.most)
    if request.plan:
        _show_plan(terminal, plan, each=True)
        return Exit.DONE
    files = ReportFiles.named(request.report, replace=request.force)
    for path in (files.markdown, files.json):
        check_output_path("--report", path, force=request.force)
    files.check()
    async with _open(request) as probed:  # first: where the credentials are missing, no plan is carried out
        _show_plan(terminal, plan, each=False)
        async with _record_of_lists(terminal, request, probed.account):
            with progress_meter() as meter:
                error = await _carry_out(terminal, probed, plan, files, meter)
    if error is not None and not isinstance(error, BudgetSpent):
        raise error
    return Exit.DONE


def _show_plan(terminal: Terminal, plan: ProbePlan, *, each: bool) -> None:
    for line in plan_lines(plan, terminal.width, each=each):
        terminal.print_line(line)


async def _carry_out(
    terminal: Terminal, probed: _Probed, plan: ProbePlan, files: ReportFiles, meter: ProgressMeter
) -> ActOnError | None:
    """Ask everything; gives the error that ended it early. The report is written also when it is interrupted."""
    asked = 0

    def show(result: CheckResult) -> None:
        nonlocal asked
        asked += 1
        meter.show("Checks", asked, len(plan.checks), f"{probed.account.budget.made} calls, {result.check.name}")

    run = ProbeRun(probed.account, plan, show, probed.before_check)
    running = asyncio.ensure_future(run.carry_out())
    try:
        await asyncio.wait([running])
        return running.result()
    except asyncio.CancelledError:
        if probed.account.made is not None and probed.account.made.left:
            terminal.notice(REMOVING)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        raise
    finally:
        _finish(terminal, run.results(), probed.about, files)


def _finish(terminal: Terminal, results: ProbeResults, about: AboutRun, files: ReportFiles) -> None:
    """Write the report and tell of it; not where it ended before anything was found out.

    Where the disk is full, it is told without the report.
    """
    if results.ended_by is not None and not any(results.facts):
        return
    try:
        files = files.write(results, about)
    except OSError:
        for line in summary_lines(results):
            terminal.notice(line)
        raise
    told = {
        "summary": summary_json(results),
        "ended_by": results.ended_by,
        "calls": {"made": results.calls_made, "most": results.calls_most},
        "report": {"markdown": str(files.markdown), "json": str(files.json)},
    }
    terminal.result(told, summary_lines(results, files))


@asynccontextmanager
async def _open(request: ProbeRequest) -> AsyncGenerator[_Probed]:
    budget = CallBudget(request.most)
    if request.emulator:
        async with open_reference() as emulated:
            about = about_run("", request.access, emulator=True)
            account = ProbedAccount(emulated.account.session, budget, pause=emulated.account.pause)
            yield _Probed(account, about, emulated.before)
        return
    async with open_session(emulator=False) as acton:
        about = about_run(acton.base_url, request.access, emulator=False)
        yield _Probed(ProbedAccount(acton, budget), about)


@asynccontextmanager
async def _record_of_lists(
    terminal: Terminal, request: ProbeRequest, account: ProbedAccount
) -> AsyncGenerator[None]:
    """Remove what a killed probe has left, and keep a record of what this one makes."""
    if not request.write or request.emulator:
        yield
        return
    folder = made_state_folder()
    name = await account_name(account)
    before = account.budget.made
    left = await remove_left_lists(account, folder)
    for line in left_lines(left, account.budget.made - before):
        terminal.notice(line)
    if left.budget_spent:
        raise Failure(
            Exit.BAD_INPUT,
            f"The removal of what earlier probes had left needs more than --calls {request.most}, so nothing was"
            " asked; the next probe with --write goes on with it.",
        )
    account.made = made = MadeLists.begin(folder, name)
    try:
        yield
    finally:
        for each in made.left:
            terminal.notice(f"The list {each.name} could not be removed; the next probe with --write tries again.")
        made.close()
