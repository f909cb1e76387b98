"""Arguments of ``asyncsdk upsert``, and the command that goes on with a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import evolve, field, frozen

from asyncsdk.bulk import JournalMode
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.options import STREAM, UPSERT, UpsertOptions

__all__ = ["UpsertRequest", "check_stdin", "parse_renames"]


def parse_renames(options: UpsertOptions) -> dict[str, str]:
    """What the list calls some of the file's columns.

    Raises:
        Failure: --map is not written as it must be.
    """
    rename: dict[str, str] = {}
    for each in options.map or ():
        name, equals, meant = (part.strip() for part in each.partition("="))
        if not (equals and name and meant):
            raise Failure(Exit.BAD_INPUT, f"--map {each!r}: write it as \"file's column=list's column\".")
        if rename.setdefault(name, meant) != meant:
            raise Failure(Exit.BAD_INPUT, f"--map names the column {name!r} twice.")
    return rename


def _option(name: str, value: str) -> list[str]:
    """The words for an option; a value that begins with a dash would pass for the next one."""
    return [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]


@frozen
class UpsertRequest:
    """Arguments of the command."""

    list_id: str
    file: Path
    options: UpsertOptions = UPSERT
    emulator: bool = False
    rename: Mapping[str, str] = field(factory=dict[str, str], kw_only=True)
    """What the list calls some of the file's columns."""

    given_file: Path | None = field(default=None, kw_only=True)
    """What the user wrote for the file, where that is not its path."""

    def reading(self, path: Path) -> UpsertRequest:
        """The same, for a file that holds what the user's word for it stands for."""
        return evolve(self, file=path, given_file=self.file)

    def resume_command(self) -> list[str]:
        """The command that goes on with it."""
        words = ["asyncsdk", "upsert", self.list_id, str(self.given_file or self.file)]
        for name in ("key", "journal", "run", "rejects", "max_rejects", "state", "encoding", "separator"):
            value = getattr(self.options, name)
            if value != getattr(UPSERT, name):
                words += _option(name.replace("_", "-"), str(value))
        for name in ("map", "ignore"):
            for each in getattr(self.options, name) or ():
                words += _option(name, each)
        words += [f"--{name}" for name in ("force", "quiet") if getattr(self.options, name)]
        return words if self.options.run is not None else [*words, "--resume"]

    @property
    def journal_mode(self) -> JournalMode:
        """What is done with a journal that is there."""
        if self.options.resume:
            return "resume"
        return "fresh" if self.options.fresh else "auto"

    @property
    def ignore(self) -> list[str]:
        """The file's columns that are not sent."""
        return self.options.ignore or []


def check_stdin(request: UpsertRequest) -> None:
    """Refuse standard input where nothing would know how far an interrupted run came.

    Raises:
        Failure: no option names a journal.
    """
    options = request.options
    if request.file == STREAM and options.journal is None and options.run is None and not request.emulator:
        raise Failure(
            Exit.BAD_INPUT,
            "- for stdin needs --journal FILE or --run NAME, which know how far a run came: with the same input the"
            " same command goes on.",
        )
