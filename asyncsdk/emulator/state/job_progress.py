"""Progress of a job, as the services of the API tell it."""

from __future__ import annotations

from typing import Any, Final, Literal

from attrs import frozen

from asyncsdk.emulator.http.responses import Reply

__all__ = ["Progress"]

_SENTENCES: Final = {"pending": "The job is pending", "running": "The job is running"}


@frozen
class Progress:
    """Progress of a job."""

    state: Literal["pending", "running", "done", "failed", "said"]
    """``said``: a fault sets the status text."""

    words: str = ""
    """The reason of a failure, or the status text of a fault."""

    text: str = ""
    details: Any = None
    """The result of a finished job; also as JSON in ``text``."""

    def body(self) -> Reply:
        """The status body of a job of lists or events."""
        if self.state in _SENTENCES:
            return {"status": _SENTENCES[self.state]}
        if self.details is None:
            # What a failed job's status looks like is in no source: in its words, as all other states are.
            return {"status": self.words}
        return {"status": "success", "jobDetails": self.text, "details": self.details}
