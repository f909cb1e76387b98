"""Files of rejected rows."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Final

from attrs import frozen

from asyncsdk.emulator.state.database import Database

__all__ = ["RejectedFile", "RejectedRows", "csv_line", "ingest_report_name"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS rejects (line INTEGER PRIMARY KEY, file TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS rejects_by_file ON rejects (file, line);
"""


@frozen
class RejectedFile:
    """Entry of the list of files of rejected rows."""

    name: str
    lines: int
    """Number of its lines, headings among them."""


class RejectedRows:
    """Every file of rejected rows, by its name."""

    def __init__(self, store: Database) -> None:
        self._store = store
        store.define(_SCHEMA)

    def write(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """Add rows to a file, which is made if need be."""
        self._store.run_many(
            "INSERT INTO rejects (file, text) VALUES (?, ?)", [(name, csv_line(row)) for row in rows]
        )

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return self._store.one("SELECT 1 FROM rejects WHERE file = ? LIMIT 1", name) is not None

    def total(self) -> int:
        """Number of all files."""
        found = self._store.one("SELECT count(DISTINCT file) FROM rejects")
        return 0 if found is None else int(found[0])

    def files(self, offset: int = 0, count: int = 100) -> list[RejectedFile]:
        """Files, the newest first."""
        rows = self._store.all(
            "SELECT file, count(*) FROM rejects GROUP BY file ORDER BY min(line) DESC LIMIT ? OFFSET ?",
            count,
            offset,
        )
        return [RejectedFile(str(name), int(lines)) for name, lines in rows]

    def lines(self, name: str, count: int) -> list[str]:
        """The first lines of a file, each with its line break."""
        rows = self._store.all("SELECT text FROM rejects WHERE file = ? ORDER BY line LIMIT ?", name, count)
        return [str(text) for (text,) in rows]

    async def stream(self, name: str) -> AsyncIterator[bytes]:
        """A file's text, some lines at a time."""
        last = -1
        while True:
            lines = self._store.all(
                "SELECT line, text FROM rejects WHERE file = ? AND line > ? ORDER BY line LIMIT 1000",
                name,
                last,
            )
            if not lines:
                return
            last = lines[-1][0]
            yield "".join(text for _, text in lines).encode()


def ingest_report_name(job: int | str) -> str:
    """Under which name the report of an ingest of custom data is kept."""
    return f"ingest {job}"


def csv_line(row: Sequence[str]) -> str:
    """One row as CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(row)
    return line.getvalue()
