"""Handlers of ``lists.*`` for suppression lists: addresses that get no mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler, page
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.row_faults import row_rejection
from asyncsdk.emulator.state.addresses import usable
from asyncsdk.emulator.state.suppressions import Suppressed
from asyncsdk.files.upload import File

__all__ = ["SuppressionHandlers", "milliseconds"]

ALL = 2**31


def milliseconds(time: datetime | None) -> int | None:
    """A time as the state keeps it."""
    return None if time is None else round(time.timestamp() * 1000)


class SuppressionHandlers(Handler, api.Lists):
    """Opt-outs, hard bounces and spam complaints."""

    def hard_bounces(
        self,
        *,
        count: int | None = None,
        offset: int | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Reply:
        """List hard bounces."""
        return self._page("hardbounce", created_after, created_before, count, offset)

    def spam_complaints(
        self,
        *,
        count: int | None = None,
        offset: int | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Reply:
        """List spam complaints; without a count all of them, as an old page says."""
        return self._page("spamcomplaint", created_after, created_before, ALL if count is None else count, offset)

    def opt_outs(
        self,
        *,
        count: int | None = None,
        offset: int | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Reply:
        """List opt-outs."""
        return self._page("optout", created_after, created_before, count, offset)

    def _page(
        self,
        kind: Suppressed,
        after: datetime | None,
        before: datetime | None,
        count: int | None,
        offset: int | None,
    ) -> dict[str, Any]:
        start = offset or 0
        result = self.platform.suppressions.page(
            kind, milliseconds(after), milliseconds(before), 1000 if count is None else count, start
        )
        return page(result, start, -1)

    async def add_opt_outs(self, *, file: File) -> Reply:
        """Suppress the addresses of a file."""
        name, _, _ = self.platform.users.described(self.received.user)
        origin = f"User: {name} via Act-On API"
        return self._each(file, lambda email: self.platform.suppressions.add("optout", email, origin))

    async def remove_opt_outs(self, *, file: File) -> Reply:
        """Lift the opt-outs of a file; the answer where that is switched off is a guess."""
        if not self.platform.settings.optin_enabled:
            raise refusal(UNPUBLISHED, "PUBLIC_OPTIN_FEATURE_NOT_ENABLED", status=403)
        return self._each(file, lambda email: self.platform.suppressions.remove("optout", email))

    def _each(self, file: File, act: Callable[[str], object]) -> dict[str, Any]:
        valid, empty, bad = 0, 0, list[list[str]]()
        faults = self.row_faults()
        with self.platform.store.batch():
            for row in CsvFile(self.spooled(file), "COMMA", "DOUBLE_QUOTE", headings=False).rows(blanks=True):
                if not any(cell.strip() for cell in row):
                    empty += 1
                elif usable(row[0]) and row_rejection(faults, row[0], {}) is None:
                    act(row[0])
                    valid += 1
                else:
                    bad.append(row)
        answer = success(
            f"{len(bad) + empty} invalid or empty records rejected. {valid} valid records processed.",
            emptyRecords=empty,
            rejectedRecords=len(bad),
        )
        if bad:
            answer["rejectedRecordsUrl"] = self.platform.rejects_name("optout")
            self.platform.rejected_rows.write(answer["rejectedRecordsUrl"], bad)
        return answer
