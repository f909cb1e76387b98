"""Reads an answer as its row promises: a model, a job's beginning, or one look at a job."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias, cast, get_args, get_origin

from attrs import frozen

from asyncsdk.codec import decode, parse, structure
from asyncsdk.envelopes import error_of
from asyncsdk.errors import DecodeError, JobFailed
from asyncsdk.job import Job
from asyncsdk.message import Response
from asyncsdk.models import JobStatus
from asyncsdk.status import Look, look_at

__all__ = ["Begun", "read", "read_look"]

Reader: TypeAlias = Callable[[Response], Any]


@frozen
class Begun:
    """A job was accepted."""

    report: type[Any]
    job_id: str


def read(result: Any, response: Response) -> Any:
    """The value that a row promises; ``Begun`` where it promises a job.

    Raises:
        APIError: the answer is a refusal although its status is a success.
        DecodeError: it has another shape.
    """
    return _reader(result)(response)


def read_look(report: type[Any], job_id: str, response: Response) -> tuple[Look, Any]:
    """What a status answer says of a job, and the report once the job is done.

    Raises:
        JobFailed: the job is done, but its report cannot be read.
    """
    look = look_at(report, parse(response))
    if look.state != "done":
        return look, None
    try:
        return look, structure(look.details, report, response)
    except DecodeError as error:
        raise JobFailed(job_id, f"Job {job_id} is done, but its report cannot be read. {error}") from error


@cache
def _reader(result: Any) -> Reader:
    origin = get_origin(result)
    if origin is Job:
        return partial(_begun, get_args(result)[0])
    if origin is JobStatus:
        return partial(_status, get_args(result)[0])
    return partial(decode, result)


def _begun(report: type[Any], response: Response) -> Begun:
    body = cast("dict[str, Any] | list[Any] | None", parse(response))
    if isinstance(body, dict):
        job_id = body.get("jobId")
        if isinstance(job_id, (str, int)) and str(job_id):
            return Begun(report, str(job_id))
        if "errorCode" in body:
            raise error_of(response)
    raise DecodeError(
        f"The server accepted the job without telling its id (HTTP {response.status}).",
        status=response.status,
        request_id=response.request_id,
    )


def _status(report: type[Any], response: Response) -> JobStatus[Any]:
    look, value = read_look(report, "", response)
    return JobStatus(look.state, look.text, value)
