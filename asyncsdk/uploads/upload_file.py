"""File upload: merges one file of aligned rows into its list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO, Final, cast

from asyncsdk.api import Lists
from asyncsdk.files.upload import Upload
from asyncsdk.files.wrapped_file import WrappedFile
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.messages import Effect
from asyncsdk.jobs.job import Job
from asyncsdk.models.lists import UploadReport
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller, call_in_background
from asyncsdk.uploads.csv_spool import UploadFile
from asyncsdk.uploads.job_estimate import job_seconds

__all__ = ["merge"]


async def merge(
    caller: UploadCaller,
    file: UploadFile,
    source: WrappedFile,
    name: str,
    counter: CallCount,
    on_refused: Callable[[], None] | None = None,
    before_attempt: Callable[[], Awaitable[None]] | None = None,
) -> Job[UploadReport]:
    """Upload a file; it is not sent again if its answer is lost.

    Args:
        caller: makes the calls.
        file: the rows.
        source: what its bytes are read from, from the start.
        name: its name for the server.
        counter: counts the calls.
        on_refused: called when Act-On surely took nothing of it, before it is sent once more.
        before_attempt: awaited when its turn has come, before each attempt; if it raises, nothing is sent.

    Raises:
        ActOnError: Act-On does not have it, or that is unknown.
    """
    arguments: dict[str, Any] = {
        "list_id": file.columns.list_id,
        "file": Upload(cast("BinaryIO", source), name, on_refused),
        "columns": file.columns.upload_columns(file.touched),
        "put_empty_values": file.touched is not None,
    }
    options = CallOptions(
        effect=Effect.UNSAFE,
        counter=counter,
        expected_seconds=job_seconds(file.rows),
        before_attempt=before_attempt,
    )
    return await call_in_background(caller, _MERGE, _MERGE.bind((), arguments), options)


_MERGE: Final = route_of(Lists.merge)
