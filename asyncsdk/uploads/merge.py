"""One file of aligned rows goes to its list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from asyncsdk.api import TABLE
from asyncsdk.bulk.estimate import job_seconds
from asyncsdk.bulk.link import Link, call_patiently
from asyncsdk.bulk.staging.spool import SpooledFile
from asyncsdk.call_options import CallOptions
from asyncsdk.job import Job
from asyncsdk.message import CallCount, Effect
from asyncsdk.models.lists import UploadReport
from asyncsdk.upload import Upload

__all__ = ["merge"]


async def merge(
    link: Link,
    file: SpooledFile,
    source: Any,
    name: str,
    count: CallCount,
    on_refused: Callable[[], None] | None = None,
) -> Job[UploadReport]:
    """Upload a file, which is not repeated by itself if its answer is lost.

    Args:
        link: the session.
        file: the rows.
        source: what its bytes are read from, from the start.
        name: what the server is told that it is called.
        count: counts the calls.
        on_refused: called when Act-On surely took nothing of it, before it is sent once more.

    Raises:
        ActOnError: Act-On has it not, or nobody can say.
    """
    arguments: dict[str, Any] = {
        "list_id": file.shape.list_id,
        "file": Upload(source, name, on_refused),
        "columns": file.shape.columns(file.touched),
        "put_empty_values": file.touched is not None,
    }
    route = TABLE["lists.merge"]
    bound = route.bind((), arguments)
    options = CallOptions(effect=Effect.UNSAFE, counter=count, expected_seconds=job_seconds(file.rows))
    job = await call_patiently(link, route, bound, options)
    return cast("Job[UploadReport]", job)
