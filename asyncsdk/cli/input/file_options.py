"""File options: encoding and separator, and errors that name them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from asyncsdk.bulk.sources.files import FileFormat
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.errors import InvalidArgument

__all__ = ["check_separator", "file_format", "naming_options"]

SPELLED: Final = {"tab": "\t", "\\t": "\t"}
"""How a shell can say what it cannot easily hold."""

OTHERS: Final = (";", "\t", "|")
"""What separates cells where commas do not."""


def file_format(encoding: str, separator: str) -> FileFormat:
    """How a file is written, as options say it.

    Raises:
        InvalidArgument: no file can be written so.
    """
    form = FileFormat(encoding, SPELLED.get(separator, separator))
    form.check()
    return form


def check_separator(path: Path, heading: str, form: FileFormat) -> None:
    """Refuse a single column whose heading holds another separator.

    Raises:
        Failure: it does.
    """
    other = next((each for each in OTHERS if each in heading and each != form.separator), None)
    if other is not None:
        said = "tab" if other == "\t" else f"'{other}'"
        raise Failure(Exit.BAD_INPUT, f"{path} has a single column: is --separator {said} meant?")


@contextmanager
def naming_options() -> Generator[None]:
    """Let an error of the library name the option that helps."""
    try:
        yield
    except InvalidArgument as error:
        error.args = (str(error).replace("Say its encoding.", "Say its encoding with --encoding."),)
        raise
