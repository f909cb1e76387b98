"""Runs a command to its exit code: whatever goes wrong on the way becomes one line on stderr."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence
from typing import Final

from cyclopts import CycloptsError

from asyncsdk.cli.app import app
from asyncsdk.cli.exits import Exit, Failure, failure_of
from asyncsdk.cli.streams import STDERR, settle
from asyncsdk.cli.terminal import printable
from asyncsdk.errors import ActOnError

__all__ = ["run"]

_SILENT: Final = logging.NullHandler()


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    _never_fail_to_print()
    # What the library logs on the way to an error, the error tells again: one line is enough.
    logging.getLogger("asyncsdk").addHandler(_SILENT)
    try:
        return _code_of(arguments)
    finally:
        settle()


def _code_of(arguments: Sequence[str]) -> int:
    try:
        code: object = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except KeyboardInterrupt:  # where no event loop runs
        return _ended(Failure(Exit.INTERRUPTED, "interrupted"))
    except BrokenPipeError:  # whoever read what is told as it comes wants no more of it
        return Exit.DONE
    except CycloptsError as error:
        return _ended(Failure(Exit.BAD_INPUT, f"{error} Try: asyncsdk --help"))
    except (ActOnError, OSError) as error:
        return _ended(failure_of(error))
    except Failure as failure:
        return _ended(failure)
    return code if isinstance(code, int) else Exit.DONE


def _ended(failure: Failure) -> int:
    print(printable(f"asyncsdk: {failure}"), file=STDERR, flush=True)
    return failure.code


def _never_fail_to_print() -> None:
    """Escape what the terminal's encoding lacks, rather than end in the middle of a report."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
