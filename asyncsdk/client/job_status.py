"""The rows of the table that tell how a job is doing."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from asyncsdk.api import TABLE
from asyncsdk.http.messages import Request
from asyncsdk.routing.markers import Location
from asyncsdk.routing.route import Route

__all__ = ["status_request", "status_route"]


def status_route(report: type[Any]) -> Route:
    """The row that tells of a job, by the report that the job gives."""
    return _status_routes()[report]


@cache
def _status_routes() -> dict[type[Any], Route]:
    telling = [route for route in TABLE.values() if "JobStatus" in route.prototype.__annotations__["return"]]
    return {get_args(route.result)[0]: route for route in telling}


def status_request(route: Route, job_id: str, account_id: str | None) -> Request:
    """How to ask such a row.

    Raises:
        InvalidArgument: this cannot be an id.
    """
    name = next(param.name for param in route.params if param.place is Location.PATH and param.name != "account_id")
    return route.compile({name: job_id, "account_id": account_id})
