"""Command runner: turns the end of a command, also an error, into an exit code and one line on stderr."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from cyclopts import CycloptsError, UnusedCliTokensError

from asyncsdk.cli.app import app
from asyncsdk.cli.exit_codes import Exit, Failure, failure_of
from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.streams import STDERR, flush_streams, ignoring_closed_stdout
from asyncsdk.cli.output.wait_notices import show_waits
from asyncsdk.errors import ActOnError

__all__ = ["run"]


_SILENT: Final = logging.NullHandler()


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    _escape_unencodable()
    # The error repeats what the library logs before it: one line is enough.
    logging.getLogger("asyncsdk").addHandler(_SILENT)
    show_waits("--quiet" not in arguments)
    try:
        return _exit_code(arguments)
    except Failure as failure:
        _print_failure(failure, as_json="--json" in arguments)
        return failure.code
    finally:
        flush_streams()


def _exit_code(arguments: Sequence[str]) -> int:
    """Run it; gives what it ended with.

    Raises:
        Failure: it could not do what it was asked.
    """
    try:
        code: object = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except KeyboardInterrupt:  # where no event loop runs
        raise Failure(Exit.INTERRUPTED, "interrupted") from None
    except BrokenPipeError:  # the reader of the output has closed it
        return Exit.DONE
    except CycloptsError as error:
        raise Failure(Exit.BAD_INPUT, _with_hint(error)) from error
    except (ActOnError, OSError) as error:
        raise failure_of(error) from error
    return code if isinstance(code, int) else Exit.DONE


def _with_hint(error: CycloptsError) -> str:
    """The usage error, and the command whose help shows the right usage."""
    command = " ".join(["asyncsdk", *(error.command_chain or ())])
    if isinstance(error, UnusedCliTokensError):
        return f"{command} has no use for {' '.join(error.unused_tokens or ())}. Try: {command} --help"
    return f"{error} Try: {command} --help"


def _print_failure(failure: Failure, *, as_json: bool) -> None:
    print(printable(f"asyncsdk: {failure}"), file=STDERR, flush=True)
    if as_json:
        with ignoring_closed_stdout(), suppress(OSError):  # what failed may be stdout itself
            print(json.dumps(failure.as_json()), flush=True)


def _escape_unencodable() -> None:
    """Escape characters that the terminal's encoding lacks, instead of failing within a report."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
