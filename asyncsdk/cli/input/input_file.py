"""Input file of ``upsert``: its columns are read before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import aclosing
from pathlib import Path

from attrs import frozen

from asyncsdk.bulk.sources.batches import chunks_of
from asyncsdk.bulk.sources.files import FileFormat
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.input.file_options import check_separator, file_format, naming_options
from asyncsdk.cli.input.guess_columns import declared_columns, email_candidates
from asyncsdk.cli.suggestions import did_you_mean
from asyncsdk.files.headings import RECORD_ID
from asyncsdk.models import Column

__all__ = ["InputFile", "inspect_file"]


@frozen
class InputFile:
    """A CSV or JSON Lines file."""

    path: Path
    form: FileFormat
    names: tuple[str, ...]
    """The columns of its first rows; none where it has no rows."""

    key: str
    """What it calls the address."""

    def columns(self, rename: Mapping[str, str], ignore: Collection[str]) -> list[Column]:
        """The columns of a list that these rows fit.

        Args:
            rename: what the list calls some of the columns.
            ignore: columns that it does not have.

        Raises:
            Failure: it is unclear which of them holds the address.
        """
        names = [name for name in map(str.strip, self.names or (self.key,)) if name != RECORD_ID]
        meant = [rename.get(name, name) for name in names if name not in ignore]
        key = self.key.strip()
        candidates = (
            [meant.index(rename.get(key, key))] if rename.get(key, key) in meant else email_candidates(meant)
        )
        if len(candidates) != 1:
            raise Failure(Exit.BAD_INPUT, f"{self.path}: which column holds the address? Name it with --key.")
        return declared_columns(meant, candidates[0])


async def inspect_file(path: Path, key: str | None, encoding: str, separator: str) -> InputFile:
    """Look at the first rows of a file.

    Args:
        path: the file.
        key: what it calls the address; by default that is found.
        encoding: how it is encoded.
        separator: what separates its cells.

    Raises:
        Failure: it cannot be used.
        InvalidArgument: it cannot be read.
    """
    _check_file(path)
    form = file_format(encoding, separator)
    names: tuple[str, ...] = ()
    with naming_options():
        async with aclosing(chunks_of(path, form)) as chunks:
            async for chunk in chunks:
                names = chunk.names
                if chunk.malformed is None:
                    break
    if len(names) == 1:
        check_separator(path, names[0], form)
    if key is not None and names and key.strip() not in {name.strip() for name in names}:
        raise Failure(Exit.BAD_INPUT, f"{path} has no column {key!r}.{did_you_mean(key, names)}")
    return InputFile(path, form, names, _found(names) if key is None else key)


def _found(names: tuple[str, ...]) -> str:
    """The one column that by its heading holds addresses; else the list's own headings decide."""
    candidates = email_candidates(names)
    return names[candidates[0]] if len(candidates) == 1 else "email"


def _check_file(path: Path) -> None:
    if path.exists() and not path.is_file() and not path.is_dir():
        raise Failure(Exit.BAD_INPUT, f"{path} is not a regular file, and must be read twice: save it first.")
