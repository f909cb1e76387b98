"""Ready tasks: save one contact, upsert a file of rows, and wait for a job; for any broker of taskiq."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from taskiq import AsyncBroker, TaskiqDepends

from asyncsdk.bulk import BulkReport, VaultJournal
from asyncsdk.errors import InvalidArgument
from asyncsdk.fleet.taskiq.sessions import Sessions
from asyncsdk.fleet.taskiq.source_file import FetchBounds, source_file
from asyncsdk.redis.account_keys import is_name
from asyncsdk.session import Session

__all__ = ["ReadyTasks"]


class ReadyTasks:
    """Tasks that need no code: ``await tasks.save_contact.kiq("acme", "l-0001", "ada@example.com", {...})``.

    Args:
        broker: the broker that they are registered with, under ``asyncsdk:save_contact`` and the like.
        acton_of: its sessions.
        folder: where the journals of runs are kept if ``acton_of`` has no fleet; such a run does not move.
        bounds: how much of a file is fetched, and for how long.
    """

    def __init__(
        self,
        broker: AsyncBroker,
        acton_of: Sessions,
        *,
        folder: Path | None = None,
        bounds: FetchBounds | None = None,
    ) -> None:
        fetch_bounds = bounds or FetchBounds()

        @broker.task(task_name="asyncsdk:save_contact")
        async def save_contact(
            account: str,
            list_id: str,
            email: str,
            data: dict[str, str],
            acton: Session = TaskiqDepends(acton_of),
        ) -> None:
            """Save one contact: update the record with this address, or add it."""
            del account
            await acton.contacts.upsert(list_id, email=email, data=data)

        @broker.task(task_name="asyncsdk:upsert_file")
        async def upsert_file(
            account: str,
            list_id: str,
            source: str,
            run: str,
            encoding: str = "utf-8-sig",
            separator: str = ",",
            acton: Session = TaskiqDepends(acton_of),
        ) -> dict[str, int]:
            """Upsert the rows of a CSV or JSON Lines file, named by a path or an https address."""
            del account
            journal = _journal(acton_of, run, folder)
            async with source_file(source, fetch_bounds) as path:
                report = await acton.bulk.upsert(
                    list_id, path, journal=journal, encoding=encoding, separator=separator
                )
            return _totals(report)

        @broker.task(task_name="asyncsdk:wait_for_upload")
        async def wait_for_upload(
            account: str, job_id: str, acton: Session = TaskiqDepends(acton_of)
        ) -> dict[str, int | str]:
            """Wait for the job of an upload that was begun elsewhere."""
            del account
            report = await acton.lists.job(job_id)
            return {
                "list_id": report.list_id,
                "appended": report.appended,
                "updated": report.updated,
                "failed": report.failed,
                "rejected": report.rejected,
            }

        self.save_contact: Final = save_contact
        """``(account, list_id, email, data)``: saves one contact."""
        self.upsert_file: Final = upsert_file
        """``(account, list_id, source, run, encoding, separator)``: upserts a file; ``run`` names the journal, by
        which the same task goes on where another run of it ended."""
        self.wait_for_upload: Final = wait_for_upload
        """``(account, job_id)``: waits for the job of an upload."""


def _journal(acton_of: Sessions, run: str, folder: Path | None) -> Path | VaultJournal:
    if acton_of.fleet is not None:
        return acton_of.fleet.run_journal(run)
    if not is_name(run):
        raise InvalidArgument("The name of a run must be 1 to 100 letters, digits, '.', '_' and '-'.")
    if folder is None:
        raise InvalidArgument("A run needs a fleet, or a folder for its journal: ReadyTasks(..., folder=...).")
    return folder / f"{run}.journal"


def _totals(report: BulkReport) -> dict[str, int]:
    """What became of the rows: ``rows`` is the sum of the other six."""
    return {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "merged": report.merged,
        "rejected": report.rejected,
        "failed": report.failed,
        "unknown": report.unknown,
    }
