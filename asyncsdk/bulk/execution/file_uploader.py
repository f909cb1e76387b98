"""File uploader: uploads the files of a run one after the other, each to its end."""

from __future__ import annotations

from typing import Final

from asyncsdk.bulk.execution.file_upload import FileUpload
from asyncsdk.bulk.run_context import RunContext
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.storage.journal import Journal

__all__ = ["FileUploader"]

RESENDS: Final = 3
"""How often a run sends rows with an unknown outcome again; after that, they are left to a later run."""

VISITS: Final = 2
"""A job that is overdue is asked for again when the other files have ended; then its rows are looked for."""


class FileUploader:
    """Sends the files of one run, one after the other, so that no two jobs work on the list at once.

    Args:
        context: the resources of the run.
        journal: the outcome of earlier files.
        staged: the input.
    """

    def __init__(self, context: RunContext, journal: Journal, staged: StagedInput) -> None:
        self._context = context
        self._journal = journal
        self._staged = staged
        self._announced: set[int] = set()
        """The files of which the meter knows that they are on their way."""

    async def run(self) -> None:
        """Upload every file that an earlier run has not finished.

        Raises:
            ActOnError: what the next file would meet, too; the journal knows how to go on.
        """
        for _ in range(VISITS):
            for entry in self._journal.files(open_only=True):
                await self._upload_with_resends(entry.number)

    async def _upload_with_resends(self, number: int) -> None:
        """Upload a file, and those that hold what is sent again of it."""
        again: int | None = number
        for resends_left in range(RESENDS, -1, -1):
            if again is None:
                return
            again = await self._process(again, resends_left)

    async def _process(self, number: int, resends_left: int) -> int | None:
        """Upload one file; gives the number of the one that holds what is to be sent again of it."""
        entry = self._journal.file(number)
        if number not in self._announced:
            self._announced.add(number)
            self._context.meter.sent(entry.rows)
        file = self._staged.files[entry.origin]
        if entry.held is not None:
            file = await self._staged.part_of(entry.origin, entry.held)
        try:
            upload = FileUpload(
                self._context, self._journal, self._staged, entry=entry, file=file, may_resend=resends_left > 0
            )
            again = await upload.run()
        finally:
            if entry.held is not None:
                await file.delete()
        if again is not None:
            self._announced.add(again)
        return again
