"""Command definitions: names, arguments and help. Each imports its work only when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from cyclopts import App, Parameter, Token
from cyclopts.validators import Number

from asyncsdk.cli.account_commands import login, logout, probe, usage, whoami
from asyncsdk.cli.exit_codes import EXIT_CODES_HINT, Exit, Failure
from asyncsdk.cli.fleet_app import fleet
from asyncsdk.cli.help_commands import completion, help_on
from asyncsdk.cli.help_text import reflow_help
from asyncsdk.cli.options import COMMON, OUTPUT, UPSERT, Common, Output, StreamPath, Switch, UpsertOptions, UserPath
from asyncsdk.cli.queue_app import queue
from asyncsdk.cli.signals import ending_on_signals, run_command
from asyncsdk.cli.startup_signals import end_startup

__all__ = ["app"]


def _version() -> str:
    from importlib.metadata import version

    return version("asyncsdk")


app: App = App(
    name="asyncsdk",
    help=(
        "Contacts and lists of an Act-On account. Sign in with 'asyncsdk login', or set ACTON_CLIENT_ID,"
        " ACTON_CLIENT_SECRET, ACTON_USERNAME and ACTON_PASSWORD, which win. ACTON_BASE_URL,"
        " ACTON_CALLS_PER_SECOND, and ACTON_TOKEN_FILE, or ACTON_REDIS_URL with ACTON_ACCOUNT, may be there, too."
    ),
    help_format="plaintext",
    help_epilogue=EXIT_CODES_HINT,
    default_parameter=Parameter(json_list=False, json_dict=False),
    version=_version,
    suppress_keyboard_interrupt=False,
)


def _time_option(_: Any, tokens: Sequence[Token]) -> datetime:
    from asyncsdk.cli.call.parse_json import parse_time

    try:
        return parse_time(tokens[0].value)
    except ValueError as error:
        raise Failure(Exit.BAD_INPUT, f"Invalid value for {tokens[0].keyword}: {error}") from None


@app.command
@reflow_help
def demo(
    *,
    file: UserPath | None = None,
    rows: Annotated[int, Parameter(validator=Number(gte=1))] = 2000,
    verbose: Switch = False,
    output: Output = OUTPUT,
) -> int:
    """Show the main job on real input, against a private emulator; takes about 15 seconds.

    Args:
        file: a CSV file of contacts; by default an example of 5,000.
        rows: how many more contacts to make up, for the run that is interrupted; at least 1.
        verbose: print more of each step.
    """
    from asyncsdk.cli.commands.demo import show
    from asyncsdk.cli.commands.demo_contacts import EXAMPLE
    from asyncsdk.cli.input.checked_file import open_checked_file

    return run_command(show(output.terminal, open_checked_file(file or EXAMPLE), rows, verbose=verbose))


@app.command
@reflow_help
def lists(*, common: Common = COMMON) -> int:
    """List the account's lists."""
    from asyncsdk.cli.commands.lists import show_lists

    return run_command(show_lists(common.terminal, emulator=common.emulator))


@app.command
@reflow_help
def upload(
    name: str,
    file: StreamPath,
    /,
    *,
    email_column: str | None = None,
    folder: str | None = None,
    rejects: UserPath | None = None,
    force: Switch = False,
    encoding: str = "utf-8-sig",
    separator: str = ",",
    common: Common = COMMON,
) -> int:
    """Create a list from a file, and wait until it is there.

    The list gets the file's headings, without the blanks around them. Rows that do not fit the headings are left
    out, and told.

    Args:
        name: the list's name.
        file: a CSV file with a row of headings, or a JSON Lines file (.jsonl); - for stdin.
        email_column: the heading over the e-mail addresses; by default it is found.
        folder: the folder to put the list in.
        rejects: a file for the rows that were left out, or that Act-On rejects, in the input's own format; why goes
            to one beside it, rejects.reasons.csv to rejects.csv.
        force: replace the file of rejected rows if it is there and holds rows.
        encoding: how the file is encoded.
        separator: what separates the cells of a CSV file; tab for the tabulator.
    """
    from asyncsdk.cli.commands.upload import UploadRequest
    from asyncsdk.cli.commands.upload import upload as run
    from asyncsdk.cli.input.checked_file import open_checked_file
    from asyncsdk.cli.input.file_options import naming_options
    from asyncsdk.cli.input.standard_input import file_or_stdin

    with file_or_stdin(file) as path:
        with naming_options(), ending_on_signals():
            sheet = open_checked_file(path, email_column, encoding, separator)
        request = UploadRequest(name, sheet, folder, rejects, force)
        return run_command(run(common.terminal, request, emulator=common.emulator))


@app.command
@reflow_help
def upsert(
    list_id: Annotated[str, Parameter(name="LIST")],
    file: StreamPath,
    /,
    *,
    plan: Switch = False,
    options: UpsertOptions = UPSERT,
    common: Common = COMMON,
) -> int:
    """Update or add each row of a file in a list, and account for every one.

    A cell that is empty keeps what the list holds. What was sent is written down in a journal beside the file,
    which goes when nothing is left to do: a run that was interrupted goes on from there when the same command is
    given again. With --emulator the list is made first, empty, with the file's columns.

    Args:
        list_id: the list, such as l-0001.
        file: a CSV file with the list's headings, or JSON Lines (.jsonl); - for stdin.
        plan: tell how, how long and how many calls; write nothing.
    """
    from asyncsdk.cli.commands import upsert as upserting
    from asyncsdk.cli.commands.upsert_request import UpsertRequest, check_stdin, parse_renames
    from asyncsdk.cli.input.standard_input import file_or_stdin

    request = UpsertRequest(list_id, file, options, common.emulator, rename=parse_renames(options))
    if not plan:
        check_stdin(request)
    with file_or_stdin(file) as path:
        return run_command((upserting.plan if plan else upserting.upsert)(common.terminal, request.reading(path)))


@app.command
@reflow_help
def download(
    list_id: Annotated[str, Parameter(name="LIST")],
    file: StreamPath,
    /,
    *,
    fields: Annotated[list[str] | None, Parameter(negative_iterable=())] = None,
    modified_after: Annotated[datetime | None, Parameter(converter=_time_option, metavar="TIME")] = None,
    force: Switch = False,
    defuse_formulas: Switch = False,
    common: Common = COMMON,
) -> int:
    """Write a list to a file, which appears only once it holds every record.

    With --emulator the list is made first, with one record.

    Args:
        list_id: the list, such as l-0001.
        file: a CSV file; JSON Lines if its name ends in .jsonl; - for CSV on stdout.
        fields: only this column. Repeat it for several.
        modified_after: only records modified after this time: ISO 8601 with a zone, such as 2026-01-31T09:30:00Z.
        force: replace the file if it is there.
        defuse_formulas: put an apostrophe before each cell of a CSV file that a spreadsheet may carry out.
    """
    from asyncsdk.cli.commands.download import DownloadRequest
    from asyncsdk.cli.commands.download import download as run

    request = DownloadRequest(list_id, file, fields, modified_after, force, defuse_formulas)
    return run_command(run(common.terminal, request, emulator=common.emulator))


@app.command
@reflow_help
def job(
    job_id: Annotated[str, Parameter(name="ID")],
    /,
    *,
    wait: Annotated[bool, Parameter(negative="--no-wait")] = True,
    common: Common = COMMON,
) -> int:
    """Wait for an upload that was started elsewhere, or look at it once.

    Args:
        job_id: the job's id, as upload told it.
        wait: wait until it is done.
    """
    from asyncsdk.cli.commands.job import show_job

    return run_command(show_job(common.terminal, job_id, wait=wait, emulator=common.emulator))


for command in (usage, probe, login, logout, whoami, completion):
    app.command(command)
app.command(help_on, name="help")
app.command(queue)
app.command(fleet)


@app.command(help_flags=[], version_flags=[], end_of_options_delimiter="")
def call(*words: Annotated[str, Parameter(allow_leading_hyphen=True)]) -> int:
    """Make any call of Act-On's API by its name, such as contacts.upsert; without a name, list them all."""
    from asyncsdk.cli.call.command import call as run

    return run(words)


@app.command
@reflow_help
def emulator(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535))] = 8787,
    db: UserPath | None = None,
    console_host: Annotated[list[str] | None, Parameter(negative_iterable=())] = None,
    example: Switch = False,
    log: Switch = False,
) -> int:
    """Serve a local Act-On until Ctrl-C, and tell how to use it.

    Args:
        host: the address to listen on.
        port: the port; 0 for any that is free.
        db: a file that keeps the state.
        console_host: a name besides localhost under which browsers may ask for the console; may be repeated.
        example: load an example company, with the lists that the guides use, such as l-0001.
        log: print one line for each call when it has ended.
    """
    from asyncsdk.emulator.__main__ import served

    end_startup()
    problem = served(host, port, db, console_host or (), example=example, log=log)
    if problem is not None:
        raise Failure(Exit.BAD_INPUT, problem)
    return Exit.DONE
