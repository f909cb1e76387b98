"""Options that several commands share, and those of ``upsert``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from attrs import frozen
from cyclopts import Parameter, Token

from asyncsdk.cli.output.terminal import Terminal

__all__ = [
    "COMMON",
    "OUTPUT",
    "STREAM",
    "UPSERT",
    "Common",
    "Output",
    "StreamPath",
    "Switch",
    "UpsertOptions",
    "UserPath",
    "Via",
]

Switch: TypeAlias = Annotated[bool, Parameter(negative="", show_default=False)]

Via: TypeAlias = Literal["auto", "records", "upload"]
"""``Via`` of ``asyncsdk.bulk``, again: what help needs does not import the library."""

STREAM: Final = Path("-")
"""The path that stands for standard input or standard output."""


def _stream_path(kind: object, tokens: Sequence[Token]) -> Path:
    """A path, or ``-``; another word that begins with a dash is an option that there is not."""
    value = tokens[0].value
    if value == "-":
        return STREAM
    if value.startswith("-"):
        raise ValueError(f"Unknown option: {value}. A file of that name is written ./{value}.")
    return _expand_user(kind, tokens)


def _expand_user(_: object, tokens: Sequence[Token]) -> Path:
    """A path; a shell does not expand the ``~`` of ``--rejects=~/rejects.csv``."""
    path = Path(tokens[0].value)
    if path == STREAM:
        raise ValueError("- stands for no file here. A file of that name is written ./-.")
    try:
        return path.expanduser()
    except RuntimeError:  # there is no such user
        return path


UserPath: TypeAlias = Annotated[Path, Parameter(converter=_expand_user)]
"""A path, as a user writes it."""

StreamPath: TypeAlias = Annotated[Path, Parameter(converter=_stream_path, allow_leading_hyphen=True)]
"""A path, or ``-`` for a standard stream."""


@Parameter(name="*")
@frozen
class Output:
    """Output options, which every command takes."""

    json: Switch = False
    """Print one JSON value on stdout, and all else on stderr."""

    @property
    def terminal(self) -> Terminal:
        """The output of the command."""
        return Terminal(self.json)


@Parameter(name="*")
@frozen
class Common(Output):
    """Options of every command that makes calls."""

    emulator: Switch = False
    """Use a private emulator; no credentials are needed."""


OUTPUT: Final = Output()
COMMON: Final = Common()


@Parameter(name="*")
@frozen(kw_only=True)
class UpsertOptions:
    """Options of ``upsert``: how rows are read and sent, and what is kept of it."""

    via: Via = "auto"
    """records: a call for each row; upload: files that Act-On merges; auto: what takes less time."""

    key: str | None = None
    """The column with the addresses; by default it is found."""

    map: Annotated[list[str] | None, Parameter(negative_iterable=())] = None
    """FILE'S COLUMN=LIST'S COLUMN. Repeat it for several."""

    ignore: Annotated[list[str] | None, Parameter(negative_iterable=())] = None
    """A column that is not sent. Repeat it for several."""

    rejects: UserPath | None = None
    """A file for rejected rows; one beside it says why."""

    force: Switch = False
    """Replace a file of rejected rows that holds some."""

    max_rejects: str = "0"
    """How many rows may be rejected before the exit code is 1: a number, or a share such as 2%."""

    journal: UserPath | None = None
    """A journal to keep; else FILE.LIST.journal, until done."""

    run: str | None = None
    """A name for the run: its journal is in ACTON_REDIS_URL."""

    resume: Switch = False
    """Go on with an earlier run; an error if there is none."""

    fresh: Switch = False
    """Send all anew; an unfinished journal is kept aside."""

    quiet: Switch = False
    """For cron: print nothing if all went well."""

    state: UserPath | None = None
    """Remembers what was sent: the same row costs no call."""

    encoding: str = "utf-8-sig"
    """How the file is encoded."""

    separator: str = ","
    """Between two cells of a CSV file, or tab."""


UPSERT: Final = UpsertOptions()
