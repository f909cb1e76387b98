"""Report files: NAME.md and NAME.json, each whole or not there at all."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

from attrs import frozen

from asyncsdk.errors import InvalidArgument
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.probe.report.about import AboutRun
from asyncsdk.probe.report.markdown import report_markdown
from asyncsdk.probe.report.report_json import report_json
from asyncsdk.probe.results import ProbeResults

__all__ = ["ReportFiles"]


@frozen
class ReportFiles:
    """The two files of a report."""

    markdown: Path
    json: Path

    @classmethod
    def named(cls, path: Path) -> ReportFiles:
        """The files by the name that both begin with; an ending of one of them may be given.

        Raises:
            InvalidArgument: the path ends in no name, such as that of the folder one is in.
        """
        if not path.name:
            raise InvalidArgument(f"The report {path} has no name of its own.")
        stem = path.with_suffix("") if path.suffix.casefold() in {".md", ".json"} else path
        return cls(stem.with_name(f"{stem.name}.md"), stem.with_name(f"{stem.name}.json"))

    def check(self) -> None:
        """Try whether both can be written, and leave nothing behind.

        Raises:
            InvalidArgument: one of them is no regular file.
            OSError: one cannot be made there.
        """
        for path in (self.markdown, self.json):
            with AtomicFile(path):
                pass

    def write(self, results: ProbeResults, about: AboutRun) -> None:
        """Write both, in one go without waiting, so that also an interrupted command leaves them whole.

        Raises:
            OSError: they cannot be written.
        """
        texts = (
            (self.markdown, report_markdown(results, about)),
            (self.json, json.dumps(report_json(results, about), indent=1) + "\n"),
        )
        with ExitStack() as stack:
            files = [(stack.enter_context(AtomicFile(path)), text) for path, text in texts]
            for file, text in files:
                with file.text("utf-8", errors="backslashreplace") as writer:
                    writer.write(text)
            for file, _ in files:
                file.commit()
