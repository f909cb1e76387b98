"""Report files: NAME.md and NAME.json, each whole or not there at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from attrs import frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.probe.report.about import AboutRun
from asyncsdk.probe.report.markdown import report_markdown
from asyncsdk.probe.report.report_json import report_json
from asyncsdk.probe.results import ProbeResults

__all__ = ["ReportFiles"]

PRIVATE: Final = 0o600
"""The rights of a report: its owner's alone, until the owner has looked through it."""


@frozen
class ReportFiles:
    """The two files of a report."""

    markdown: Path
    json: Path

    replace: bool = False
    """Whether files that are there may be replaced."""

    @classmethod
    def named(cls, path: Path, *, replace: bool = False) -> ReportFiles:
        """The files by the name that both begin with.

        Args:
            path: the name; an ending of one of them may be given.
            replace: whether files that are there may be replaced.

        Raises:
            InvalidArgument: the path ends in no name, such as that of the folder one is in.
        """
        if not path.name:
            raise InvalidArgument(f"The report {path} has no name of its own.")
        stem = path.with_suffix("") if path.suffix.casefold() in {".md", ".json"} else path
        return cls(stem.with_name(f"{stem.name}.md"), stem.with_name(f"{stem.name}.json"), replace)

    def check(self) -> None:
        """Try whether both can be written, and leave nothing behind.

        Raises:
            InvalidArgument: one of them is no regular file.
            OSError: one cannot be made there.
        """
        for path in (self.markdown, self.json):
            with AtomicFile(path):
                pass

    def write(self, results: ProbeResults, about: AboutRun) -> ReportFiles:
        """Write both, in one go without waiting, so that also an interrupted command leaves them whole.

        Where another program has written one of them meanwhile, which may not be replaced, a number is added to the
        name: what was found out is not lost.

        Returns:
            The files that were written.

        Raises:
            OSError: they cannot be written.
        """
        texts = report_markdown(results, about), json.dumps(report_json(results, about), indent=1) + "\n"
        with ExitStack() as made:
            files = self if self.replace else self._make_new(made)
            _write_whole((files.markdown, files.json), texts)
            made.pop_all()
        return files

    def _make_new(self, made: ExitStack) -> ReportFiles:
        """Make both, empty, by the first name that is free; the stack removes them."""
        number, files = 1, self
        while True:
            with suppress(FileExistsError), ExitStack() as both:
                for path in (files.markdown, files.json):
                    path.touch(PRIVATE, exist_ok=False)
                    both.callback(path.unlink, missing_ok=True)
                made.enter_context(both.pop_all())
                return files
            number += 1
            files = self.named(self.markdown.with_name(f"{self.markdown.stem}-{number}.md"))


def _write_whole(paths: Sequence[Path], texts: Sequence[str]) -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(AtomicFile(path)) for path in paths]
        for file, text in zip(files, texts, strict=True):
            with file.text("utf-8", errors="backslashreplace") as writer:
                writer.write(text)
        for file in files:
            file.commit()
