"""Status routes of jobs: joins the kinds of jobs with the routes of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_args

from asyncsdk.api import CustomData, Events, Imports, Lists
from asyncsdk.decoding.job_kinds import job_kind
from asyncsdk.decoding.results import decode_value
from asyncsdk.errors import DecodeError, JobFailed
from asyncsdk.http.json import parse
from asyncsdk.http.messages import Response
from asyncsdk.jobs.poller import PollTarget
from asyncsdk.jobs.status_parser import StatusSnapshot, Words, parse_status
from asyncsdk.routing.markers import Location
from asyncsdk.routing.route import Route, route_of

__all__ = ["decode_status", "status_arguments", "status_route"]

T = TypeVar("T")


def status_route(report: type[Any]) -> Route:
    """The status route of a job: the one that returns ``JobStatus`` of the report that the job gives."""
    return _status_routes()[report]


@cache
def _status_routes() -> Mapping[type[Any], Route]:
    # Only these: to read the results of all routes would hold up the event loop when the first job begins.
    methods: tuple[Callable[..., Any], ...] = (
        Lists.upload_status,
        Events.status,
        Imports.status,
        CustomData.job_status,
    )
    routes = [route_of(method) for method in methods]
    return {get_args(route.result)[0]: route for route in routes}


def status_arguments(route: Route, job_id: str, account_id: str | None) -> dict[str, str | None]:
    """The arguments with which a status route is asked for a job."""
    name = next(
        param.name for param in route.params if param.location is Location.PATH and param.name != "account_id"
    )
    return {name: job_id, "account_id": account_id}


def decode_status(target: PollTarget[T], response: Response, words: Words) -> tuple[StatusSnapshot, T | None]:
    """The status of a job, and its report once the job is done.

    Raises:
        JobFailed: the job is done, but its report cannot be read.
    """
    status = parse_status(job_kind(target.report), parse(response), words)
    if status.state != "done":
        return status, None
    try:
        return status, decode_value(target.report, response, status.details)
    except DecodeError as error:
        job_id = target.job_id
        raise JobFailed(job_id, f"Job {job_id} is done, but its report cannot be read. {error}") from error
