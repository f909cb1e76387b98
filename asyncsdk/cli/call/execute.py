"""Execution of one call: sends it, and shows the result as it arrives."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from asyncsdk.api import TABLE
from asyncsdk.cli.call.command_builder import CallFlags
from asyncsdk.cli.call.result_kind import ResultKind, result_kind
from asyncsdk.cli.commands.job import await_job
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.format import show_items, to_json, to_lines
from asyncsdk.cli.output.streams import ignoring_closed_stdout
from asyncsdk.cli.output.terminal import Terminal, print_bytes, print_text
from asyncsdk.cli.path_checks import check_output_path
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.jobs.job import Job
from asyncsdk.models import JobStatus, ListPage
from asyncsdk.pagination.page import Page
from asyncsdk.routing.route import Route

__all__ = ["execute_call"]


async def execute_call(route: Route, arguments: dict[str, Any], flags: CallFlags) -> int:
    """Call, show the result, and give the exit code."""
    terminal = Terminal(flags.json)
    kind = result_kind(route)
    if kind is ResultKind.BYTES:
        _check_output(flags)
    async with open_session(emulator=flags.emulator) as acton:
        namespace, _, method = route.name.partition(".")
        answer: Any = getattr(getattr(acton, namespace), method)(**arguments)
        if kind is ResultKind.RECORDS or (kind is ResultKind.PAGES and flags.all):
            await show_items(terminal, answer)
        elif kind is ResultKind.BYTES:
            await (print_bytes(answer) if flags.output is None else _save(terminal, answer, flags.output))
        elif kind is ResultKind.JOB:
            await _show_job(terminal, await answer, partial(_status_command, route, arguments), wait=flags.wait)
        else:
            _show(terminal, await answer)
    return Exit.DONE


def _show(terminal: Terminal, value: Any) -> None:
    if isinstance(value, str) and not terminal.json:
        with ignoring_closed_stdout():
            print_text(value)
        return
    if isinstance(value, Page):
        page = cast("Page[object]", value)
        terminal.result(to_json(page), [] if terminal.json else to_lines(page.items, terminal.width))
        _tell_of_more(terminal, page)
        return
    terminal.result(to_json(value), [] if terminal.json else to_lines(value, terminal.width))
    if isinstance(value, ListPage) and value.total_count > len(value.rows):
        terminal.notice(f"{len(value.rows):,} of {value.total_count:,} records; --offset goes on.")


def _tell_of_more(terminal: Terminal, page: Page[object]) -> None:
    if page.total_count > page.offset + len(page):
        terminal.notice(f"{len(page):,} of {page.total_count:,}; --all gives every one.")
    elif page.total_count < 0 and len(page):
        terminal.notice(f"{len(page):,}, and how many there are is not told; --all gives every one.")


async def _show_job(
    terminal: Terminal, job: Job[Any], status_command: Callable[[str], list[str]], *, wait: bool
) -> None:
    """The report once the job is done, or the job's id at once."""
    if not wait:
        terminal.result({"job_id": job.id, "state": job.status, "report": None}, [job.id])
        return
    report = await await_job(terminal.notice, job, status_command)
    terminal.result(
        {"job_id": job.id, "state": job.status, "report": to_json(report)},
        [] if terminal.json else to_lines(report, terminal.width),
    )


def _status_command(route: Route, arguments: Mapping[str, Any], job_id: str) -> list[str]:
    """The command that shows a job: the route that gives the status of jobs with the same report."""
    report = get_args(route.result)
    status_route = next(
        name
        for name, other in TABLE.items()
        if get_origin(other.result) is JobStatus and get_args(other.result) == report
    )
    account = arguments.get("account_id")
    return ["asyncsdk", "call", status_route, job_id, *(("--account-id", str(account)) if account else ())]


def _check_output(flags: CallFlags) -> None:
    """Refuse what cannot be written to, before anything is sent."""
    if flags.output is not None:
        check_output_path("--output", flags.output, force=flags.force)
    elif flags.json:
        raise Failure(Exit.BAD_INPUT, "The result is a file, no JSON: say --output FILE with --json.")


async def _save(terminal: Terminal, pieces: AsyncIterable[bytes], path: Path) -> None:
    """Write a file's bytes to their place once all of them are there."""
    size = 0
    with AtomicFile(path) as file:
        async for piece in pieces:
            await file.write(piece)
            size += len(piece)
        await file.settle()
        file.commit()
    terminal.result({"file": str(path), "bytes": size}, [f"{size:,} bytes written to {path}."])
