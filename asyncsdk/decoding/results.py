"""Reads an answer as its row promises: a model, a job's beginning, or one look at a job."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias, cast, get_args, get_origin

from attrs import frozen

from asyncsdk import models
from asyncsdk.decoding.job_kinds import job_kind
from asyncsdk.decoding.page_envelope import envelope_of
from asyncsdk.errors import DecodeError, JobFailed
from asyncsdk.http.error_bodies import error_from_response, refusal_in_text, refused_in
from asyncsdk.http.json import parse
from asyncsdk.http.messages import Json, Response
from asyncsdk.jobs.job import Job
from asyncsdk.jobs.status import JobKind, StatusSnapshot, Words, job_id_in, parse_status
from asyncsdk.pagination.page import Page

__all__ = ["JobAccepted", "decode_result", "read_look"]

Reader: TypeAlias = Callable[[Response], Any]


@frozen
class JobAccepted:
    """A job was accepted."""

    report: type[Any]
    job_id: str


def decode_result(result: Any, response: Response) -> Any:
    """The value that a row promises; ``JobAccepted`` where it promises a job.

    Raises:
        APIError: the answer is a refusal although its status is a success.
        DecodeError: it has another shape.
    """
    return _reader(result)(response)


def read_look(report: type[Any], job_id: str, response: Response, words: Words) -> tuple[StatusSnapshot, Any]:
    """What a status answer says of a job, and the report once the job is done.

    Raises:
        JobFailed: the job is done, but its report cannot be read.
    """
    look = parse_status(job_kind(report), parse(response), words)
    if look.state != "done":
        return look, None
    try:
        return look, _structured(report, response, look.details)
    except DecodeError as error:
        raise JobFailed(job_id, f"Job {job_id} is done, but its report cannot be read. {error}") from error


@cache
def _reader(result: Any) -> Reader:
    origin = get_origin(result)
    if origin is Job:
        return partial(_begun, job_kind(get_args(result)[0]))
    if origin is models.JobStatus:
        return partial(_status, job_kind(get_args(result)[0]))
    if origin is Page:
        return partial(_page, result)
    if origin is models.Written:
        return partial(_written, result)
    if result is str:
        return _text
    model = get_args(result)[0] if origin is list else result
    return partial(_value, result, getattr(model, "INSIDE", None))


def _value(result: Any, inside: str | None, response: Response) -> Any:
    if not response.body.strip() and result in (models.Outcome, Any):
        return models.Outcome() if result is models.Outcome else None
    body = parse(response)
    if refused_in(body):
        raise error_from_response(response)
    if inside is not None:
        body = _inner(body, inside)
    return body if result is Any else _structured(result, response, body)


def _inner(body: Json, key: str) -> Json:
    """What an envelope holds; an answer without one is taken as it is."""
    told = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    return told.get(key, body)


def _written(result: Any, response: Response) -> models.Written[Any]:
    """What a write came to; not all of these answers are published, and one of the service's is ``true``."""
    body = parse(response) if response.body.strip() else True
    if refused_in(body):
        raise error_from_response(response)
    written: models.Written[Any] = models.Written() if body is True else _structured(result, response, body)
    return written


def _structured(result: Any, response: Response, body: Json) -> Any:
    return _codec()(body, result, response)


@cache
def _codec() -> Callable[[Json, Any, Response], Any]:
    # cattrs takes as long to import as a quarter of aiohttp: the first answer waits for it, and not every program.
    from asyncsdk.decoding.converter import structure

    return structure


def _page(result: Any, response: Response) -> Page[Any]:
    body = parse(response)
    if refused_in(body):
        raise error_from_response(response)
    try:
        envelope = envelope_of(body)
    except ValueError as error:
        raise _odd(f"The answer is no page: {error}", response) from None
    page: Page[Any] = _structured(result, response, envelope)
    return page


def _text(response: Response) -> str:
    """A page of HTML or other text, in the encoding that its content type names, or UTF-8."""
    if refusal_in_text(response.body):
        raise error_from_response(response)
    declared = response.headers.get("Content-Type", "").partition("charset=")[2].partition(";")[0].strip(' "')
    try:
        return response.body.decode(declared or "utf-8", "replace")
    except (LookupError, UnicodeError):  # no such encoding, or one that cannot leave out what it does not know
        return response.body.decode("utf-8", "replace")


def _begun(kind: JobKind[Any], response: Response) -> JobAccepted:
    body = parse(response)
    job_id = job_id_in(kind, body)
    if job_id is not None:
        return JobAccepted(kind.report, job_id)
    if refused_in(body):
        raise error_from_response(response)
    raise _odd("The server accepted the job without telling its id", response)


def _odd(what: str, response: Response) -> DecodeError:
    return DecodeError(f"{what} (HTTP {response.status}).", status=response.status, request_id=response.request_id)


def _status(kind: JobKind[Any], response: Response) -> models.JobStatus[Any]:
    look = parse_status(kind, parse(response), {})
    value = _structured(kind.report, response, look.details) if look.state == "done" else None
    return models.JobStatus(look.state, look.text, value)
