"""The commands and their options. Each imports what it does only when it is called."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TypeAlias

from attrs import frozen
from cyclopts import App, Parameter
from cyclopts.validators import Number

from asyncsdk.cli.exits import EXIT_CODES, Exit, Failure
from asyncsdk.cli.terminal import Terminal

__all__ = ["app"]

Switch: TypeAlias = Annotated[bool, Parameter(negative="", show_default=False)]

app = App(
    name="asyncsdk",
    help=(
        "Contacts and lists of an Act-On account. Credentials come from the environment: ACTON_CLIENT_ID,"
        " ACTON_CLIENT_SECRET, ACTON_USERNAME and ACTON_PASSWORD; ACTON_BASE_URL and ACTON_TOKEN_FILE may be"
        " there, too."
    ),
    help_format="plaintext",
    help_epilogue=EXIT_CODES,
    version=lambda: version("asyncsdk"),
    suppress_keyboard_interrupt=False,
)


@Parameter(name="*")
@frozen
class Common:
    """What every command understands."""

    json: Switch = False
    """Print the result as one JSON value on stdout, and all else on stderr."""

    emulator: Switch = False
    """Use a private emulator in place of Act-On; no credentials are needed."""

    @property
    def terminal(self) -> Terminal:
        """Where the command speaks to."""
        return Terminal(self.json)


COMMON = Common()


@app.command
def demo(
    *,
    file: Path | None = None,
    rows: Annotated[int, Parameter(validator=Number(gte=1))] = 60,
    common: Common = COMMON,
) -> int:
    """Show the main job on real input, against a private emulator; takes about 20 seconds.

    Args:
        file: a CSV file of contacts; by default the example of the source tree.
        rows: how many contacts to upsert, at least 1.
    """
    from asyncsdk.cli.demo import example_file, show
    from asyncsdk.cli.sheet import open_sheet

    return asyncio.run(show(common.terminal, open_sheet(file or example_file()), rows))


@app.command
def lists(*, common: Common = COMMON) -> int:
    """List the account's lists."""
    from asyncsdk.cli.looking import show_lists

    return asyncio.run(show_lists(common.terminal, emulator=common.emulator))


@app.command
def upload(
    name: str,
    file: Path,
    /,
    *,
    email_column: str | None = None,
    folder: str | None = None,
    rejects: Path | None = None,
    common: Common = COMMON,
) -> int:
    """Create a list from a CSV file, and wait until it is there.

    Args:
        name: the list's name.
        file: a CSV file in UTF-8, separated by commas, whose first row holds the headings.
        email_column: the heading over the e-mail addresses; by default it is found.
        folder: the folder to put the list in.
        rejects: a file for the rows that Act-On rejects, in the input's own format.
    """
    from asyncsdk.cli.sheet import open_sheet
    from asyncsdk.cli.uploading import upload as run

    sheet = open_sheet(file, email_column)
    return asyncio.run(run(common.terminal, name, sheet, folder=folder, rejects=rejects, emulator=common.emulator))


@app.command
def upsert(
    list_id: Annotated[str, Parameter(name="LIST")],
    file: Path,
    /,
    *,
    email_column: str | None = None,
    rejects: Path | None = None,
    common: Common = COMMON,
) -> int:
    """Update or add each row of a CSV file in a list, one call each.

    With --emulator the list is made first, empty, with the file's columns.

    Args:
        list_id: the list, such as l-0001.
        file: a CSV file in UTF-8, separated by commas, whose first row holds the list's headings.
        email_column: the heading over the e-mail addresses; by default it is found.
        rejects: a file for the rows that were not saved, in the input's own format.
    """
    from asyncsdk.cli.sheet import open_sheet
    from asyncsdk.cli.upserting import upsert as run

    sheet = open_sheet(file, email_column)
    return asyncio.run(run(common.terminal, list_id, sheet, rejects, emulator=common.emulator))


@app.command
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
    from asyncsdk.cli.watching import show_job

    return asyncio.run(show_job(common.terminal, job_id, wait=wait, emulator=common.emulator))


@app.command
def usage(*, common: Common = COMMON) -> int:
    """Tell how many calls and logins are left."""
    from asyncsdk.cli.looking import show_usage

    return asyncio.run(show_usage(common.terminal, emulator=common.emulator))


@app.command(help_flags=[], version_flags=[], end_of_options_delimiter="")
def call(*words: Annotated[str, Parameter(allow_leading_hyphen=True)]) -> int:
    """Call any row of Act-On's API by its name, such as contacts.upsert; alone, list them all."""
    from asyncsdk.cli.call import call as run

    return run(words)


@app.command
def emulator(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535))] = 8787,
    db: Path | None = None,
) -> int:
    """Serve a local Act-On until Ctrl-C, and tell how to use it.

    Args:
        host: the address to listen on.
        port: the port; 0 for any that is free.
        db: a file that keeps the state.
    """
    import sqlite3

    from asyncsdk.emulator import serve

    try:
        asyncio.run(serve(host=host, port=port, db=db))
    except KeyboardInterrupt:
        return Exit.DONE
    except sqlite3.Error as error:
        raise Failure(Exit.BAD_INPUT, f"--db {db}: {error}.") from error
    except OSError as error:
        raise Failure(Exit.BAD_INPUT, f"cannot serve on {host}:{port}: {error.strerror or error}") from error
    return Exit.DONE
