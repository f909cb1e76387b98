"""Result decoder: from a response to what its route declares: a model, a page, an accepted job or its status."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias, cast, get_args, get_origin

from attrs import frozen

from asyncsdk import models
from asyncsdk.decoding.job_kinds import job_kind
from asyncsdk.decoding.page_envelope import envelope_of
from asyncsdk.errors import DecodeError
from asyncsdk.http.error_bodies import error_from_response, is_refusal, is_refusal_text
from asyncsdk.http.json import parse
from asyncsdk.http.messages import Json, Response
from asyncsdk.jobs.job import Job
from asyncsdk.jobs.status_parser import JobKind, job_id_in, parse_status
from asyncsdk.pagination.page import Page

__all__ = ["JobAccepted", "decode_result", "decode_value"]

ResultReader: TypeAlias = Callable[[Response], Any]
Structure: TypeAlias = Callable[[Json, Any, Response], Any]


@frozen(eq=False, repr=False)
class JobAccepted:
    """A job was accepted."""

    report: type[Any]
    job_id: str


def decode_result(result: Any, response: Response) -> Any:
    """The declared result of a route; ``JobAccepted`` where it declares a job.

    Raises:
        APIError: the answer is a refusal although its status is a success.
        DecodeError: it has another shape.
    """
    return _reader(result)(response)


@cache
def _reader(result: Any) -> ResultReader:
    origin = get_origin(result)
    if origin is Job:
        return partial(_job_accepted, job_kind(get_args(result)[0]))
    if origin is models.JobStatus:
        return partial(_status, job_kind(get_args(result)[0]))
    if origin is Page:
        return partial(_page, result)
    if origin is models.Written:
        return partial(_written, result)
    if result is str:
        return _text
    inside = getattr(get_args(result)[0] if origin is list else result, "INSIDE", None)
    if inside is None and result not in (models.Outcome, Any):
        return partial(_model, result, _structure())
    return partial(_value, result, inside)


def _model(result: Any, structure: Structure, response: Response) -> Any:
    body = parse(response)
    if is_refusal(body):
        raise error_from_response(response)
    return structure(body, result, response)


def _value(result: Any, inside: str | None, response: Response) -> Any:
    if not response.body.strip() and result in (models.Outcome, Any):
        return models.Outcome() if result is models.Outcome else None
    body = parse(response)
    if is_refusal(body):
        raise error_from_response(response)
    if inside is not None:
        body = _inside(body, inside)
    return body if result is Any else decode_value(result, response, body)


def _inside(body: Json, key: str) -> Json:
    """The value inside an envelope; an answer without an envelope is the value itself."""
    told = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    return told.get(key, body)


def _written(result: Any, response: Response) -> models.Written[Any]:
    """The outcome of a write; not all of these answers are published, and one of the service's is ``true``."""
    body = parse(response) if response.body.strip() else True
    if is_refusal(body):
        raise error_from_response(response)
    written: models.Written[Any] = models.Written() if body is True else decode_value(result, response, body)
    return written


def decode_value(result: Any, response: Response, body: Json) -> Any:
    """Build a value of a type from parsed JSON.

    Raises:
        DecodeError: the JSON has another shape.
    """
    return _structure()(body, result, response)


@cache
def _structure() -> Structure:
    # cattrs takes as long to import as a quarter of aiohttp: the first answer waits for it, and not every program.
    from asyncsdk.decoding.converter import structure

    return structure


def _page(result: Any, response: Response) -> Page[Any]:
    body = parse(response)
    if is_refusal(body):
        raise error_from_response(response)
    try:
        envelope = envelope_of(body)
    except ValueError as error:
        raise _unexpected_response(f"The answer is no page: {error}", response) from None
    page: Page[Any] = decode_value(result, response, envelope)
    return page


def _text(response: Response) -> str:
    """A page of HTML or other text, in the encoding that its content type names, or UTF-8."""
    if is_refusal_text(response.body):
        raise error_from_response(response)
    declared = response.headers.get("Content-Type", "").partition("charset=")[2].partition(";")[0].strip(' "')
    try:
        return response.body.decode(declared or "utf-8", "replace")
    except (LookupError, UnicodeError):  # no such encoding, or one that cannot leave out what it does not know
        return response.body.decode("utf-8", "replace")


def _job_accepted(kind: JobKind[Any], response: Response) -> JobAccepted:
    body = parse(response)
    job_id = job_id_in(kind, body)
    if job_id is not None:
        return JobAccepted(kind.report, job_id)
    if is_refusal(body):
        raise error_from_response(response)
    raise _unexpected_response("The server accepted the job without telling its id", response)


def _unexpected_response(what: str, response: Response) -> DecodeError:
    return DecodeError(f"{what} (HTTP {response.status}).", status=response.status, request_id=response.request_id)


def _status(kind: JobKind[Any], response: Response) -> models.JobStatus[Any]:
    status = parse_status(kind, parse(response), {})
    value = decode_value(kind.report, response, status.details) if status.state == "done" else None
    return models.JobStatus(status.state, status.text, value)
