"""Exit codes, and the one line that says what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    InvalidArgument,
    JobDetached,
    JobError,
    QuotaExhausted,
    RateLimited,
    StoreFailed,
    TokenUnavailable,
    TransportError,
)

__all__ = ["EXIT_CODES", "EXIT_CODES_HINT", "Exit", "Failure", "failure_of"]


class Exit(IntEnum):
    """Exit codes of the process."""

    DONE = 0
    SOME_NOT_SAVED = 1
    BAD_INPUT = 2
    CREDENTIALS = 3
    REFUSED = 4
    NETWORK = 5
    QUOTA = 6
    JOB = 7
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


EXIT_CODES: Final = """Exit codes:
  0    done
  1    some rows were not saved
  2    a wrong option, or a file that cannot be used
  3    the credentials are missing or were refused
  4    refused by Act-On
  5    the network failed
  6    a quota is spent: calls or logins
  7    the job failed, was not done in time, or is not there
  129  ended by SIGHUP: the terminal was closed
  130  ended by Ctrl-C
  143  ended by SIGTERM
"""


EXIT_CODES_HINT: Final = "Exit codes: asyncsdk help exit-codes"
"""The last line of each command's help."""


class Failure(Exception):
    """The command failed: one line for people; for programs a code, and the command that resumes it.

    Args:
        code: what the process ends with.
        line: what went wrong.
        journal: the file that knows how far the command came.
        go_on: the command that goes on with it.
    """

    def __init__(
        self, code: Exit, line: str, *, journal: Path | None = None, go_on: Sequence[str] | None = None
    ) -> None:
        super().__init__(" ".join(line.split()))
        self.code = code
        self.journal = journal
        self.go_on = go_on

    def as_json(self) -> dict[str, Any]:
        """The JSON value that ``--json`` prints in place of a result."""
        return {
            "error": str(self),
            "exit": int(self.code),
            "journal": None if self.journal is None else str(self.journal),
            "go_on": None if self.go_on is None else list(self.go_on),
        }


def failure_of(error: ActOnError | OSError) -> Failure:
    """The code and the line for an error of the library or of the operating system."""
    if isinstance(error, ActOnError):
        return Failure(_code(error), str(error))
    place = f"{error.filename}: " if error.filename else ""
    return Failure(Exit.BAD_INPUT, f"{place}{error.strerror or str(error) or type(error).__name__}")


def _code(error: ActOnError) -> Exit:
    """The first class that fits; a job no longer followed and a token that cannot be had count as their cause."""
    if isinstance(error, (JobDetached, TokenUnavailable)) and isinstance(error.__cause__, ActOnError):
        return _code(error.__cause__)
    by_class: tuple[tuple[type[ActOnError], Exit], ...] = (
        (AuthenticationFailed, Exit.CREDENTIALS),
        (InvalidArgument, Exit.BAD_INPUT),
        (StoreFailed, Exit.BAD_INPUT),
        (TransportError, Exit.NETWORK),
        (QuotaExhausted, Exit.QUOTA),
        (RateLimited, Exit.QUOTA),
        (JobError, Exit.JOB),
    )
    return next((code for kind, code in by_class if isinstance(error, kind)), Exit.REFUSED)
