"""Base class of handlers, and bodies that many of them answer."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import Any

from asyncsdk.emulator.http.request import ReceivedCall
from asyncsdk.emulator.row_faults import RejectRows
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.jobs import JobWork
from asyncsdk.files.upload import File
from asyncsdk.routing.resource import Resource

__all__ = ["Handler", "page"]


class Handler(Resource):
    """Base of the classes that carry out the routes of a namespace; one object a call."""

    def __init__(self, platform: AccountState, received: ReceivedCall) -> None:
        self.platform = platform
        self.received = received

    def submit(self, kind: str, work: JobWork, file: Path | None = None) -> str:
        """Start a job, with its fault if there is one, and hand over the file that it reads; gives its id."""
        if file is not None:
            self.received.take(file)
        fault = self.platform.faults.for_job(self.received.names)
        if fault is not None:
            self.received.faults.append(type(fault).__name__)
        return str(self.platform.jobs.submit(kind, work, fault, file))

    def row_faults(self) -> tuple[RejectRows, ...]:
        """Faults for the rows that the call uploads."""
        faults = self.platform.faults.for_rows(self.received.names)
        self.received.faults += [type(fault).__name__ for fault in faults]
        return faults

    @staticmethod
    def spooled(file: File) -> Path:
        """The path of an uploaded file."""
        if not isinstance(file, (str, PathLike)):
            raise TypeError("The decoder hands over paths only.")
        return Path(fspath(file))


def page(result: list[Any], offset: int, total: int) -> dict[str, Any]:
    """The envelope of a page."""
    return {"offset": offset, "count": len(result), "totalCount": total, "result": result}
