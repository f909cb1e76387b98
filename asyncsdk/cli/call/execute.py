"""Makes one call of the table, and shows what comes back as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from asyncsdk.api import TABLE
from asyncsdk.cli.call.command_builder import Manner
from asyncsdk.cli.call.result_kind import Kind, kind_of
from asyncsdk.cli.commands.job import follow
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.open_session import connected
from asyncsdk.cli.output.format import as_json, lines_of, show_each
from asyncsdk.cli.output.streams import heard_or_not
from asyncsdk.cli.output.terminal import Terminal, print_bytes, print_text
from asyncsdk.cli.path_checks import check_place
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.jobs.job import Job
from asyncsdk.models import JobStatus, ListPage
from asyncsdk.pagination.page import Page
from asyncsdk.routing.route import Route

__all__ = ["make_call"]


async def make_call(route: Route, arguments: dict[str, Any], manner: Manner) -> int:
    """Call, show the result, and give the exit code."""
    terminal = Terminal(manner.json)
    kind = kind_of(route)
    if kind is Kind.BYTES:
        _check_output(manner)
    async with connected(emulator=manner.emulator) as acton:
        namespace, _, method = route.name.partition(".")
        answer: Any = getattr(getattr(acton, namespace), method)(**arguments)
        if kind is Kind.RECORDS or (kind is Kind.PAGES and manner.all):
            await show_each(terminal, answer)
        elif kind is Kind.BYTES:
            await (print_bytes(answer) if manner.output is None else _save(terminal, answer, manner.output))
        elif kind is Kind.JOB:
            await _show_job(terminal, await answer, partial(_way_back, route, arguments), wait=manner.wait)
        else:
            _show(terminal, await answer)
    return Exit.DONE


def _show(terminal: Terminal, value: Any) -> None:
    if isinstance(value, str) and not terminal.json:
        with heard_or_not():
            print_text(value)
        return
    if isinstance(value, Page):
        page = cast("Page[object]", value)
        terminal.result(as_json(page), [] if terminal.json else lines_of(page.items))
        _tell_of_more(terminal, page)
        return
    terminal.result(as_json(value), [] if terminal.json else lines_of(value))
    if isinstance(value, ListPage) and value.total_count > len(value.rows):
        terminal.remark(f"{len(value.rows):,} of {value.total_count:,} records; --offset goes on.")


def _tell_of_more(terminal: Terminal, page: Page[object]) -> None:
    if page.total_count > page.offset + len(page):
        terminal.remark(f"{len(page):,} of {page.total_count:,}; --all gives every one.")
    elif page.total_count < 0 and len(page):
        terminal.remark(f"{len(page):,}, and how many there are is not told; --all gives every one.")


async def _show_job(terminal: Terminal, job: Job[Any], way_back: Callable[[str], list[str]], *, wait: bool) -> None:
    """The report once the job is done, or the job's id at once."""
    if not wait:
        terminal.result({"job_id": job.id, "state": job.status, "report": None}, [job.id])
        return
    report = await follow(terminal.remark, job, way_back)
    terminal.result(
        {"job_id": job.id, "state": job.status, "report": as_json(report)},
        [] if terminal.json else lines_of(report),
    )


def _way_back(route: Route, arguments: Mapping[str, Any], job_id: str) -> list[str]:
    """The command that looks at a job: the row that tells of jobs with the same report."""
    report = get_args(route.result)
    look = next(
        name
        for name, row in TABLE.items()
        if get_origin(row.result) is JobStatus and get_args(row.result) == report
    )
    account = arguments.get("account_id")
    return ["asyncsdk", "call", look, job_id, *(("--account-id", str(account)) if account else ())]


def _check_output(manner: Manner) -> None:
    """Refuse what cannot be written to, before anything is sent."""
    if manner.output is not None:
        check_place("--output", manner.output, force=manner.force)
    elif manner.json:
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
