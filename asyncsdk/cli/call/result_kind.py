"""Kind of a route's result, and the routes that need confirmation."""

from __future__ import annotations

import typing
from collections.abc import AsyncIterable, AsyncIterator
from enum import Enum
from typing import Final

from asyncsdk.jobs.job import Job
from asyncsdk.pagination.page import Page
from asyncsdk.routing.route import Route

__all__ = ["ResultKind", "needs_confirmation", "result_kind"]

SENDING: Final = frozenset({"send", "resend"})


class ResultKind(Enum):
    """How a result arrives."""

    VALUE = "value"
    """At once, as a whole."""

    PAGES = "pages"
    """Page after page."""

    JOB = "job"
    """When the server is done."""

    RECORDS = "records"
    """One record after the other."""

    BYTES = "bytes"
    """As a file, piece by piece."""


def result_kind(route: Route) -> ResultKind:
    """Kind of the route's result, by its type."""
    origin = typing.get_origin(route.result)
    if origin is Page:
        return ResultKind.PAGES
    if origin is Job:
        return ResultKind.JOB
    if origin in (AsyncIterator, AsyncIterable):
        return ResultKind.BYTES if typing.get_args(route.result) == (bytes,) else ResultKind.RECORDS
    return ResultKind.VALUE


def needs_confirmation(route: Route) -> bool:
    """Whether the route sends mail or deletes, which cannot be undone."""
    verb = route.name.rpartition(".")[2]
    return route.method == "DELETE" or verb.startswith("delete") or verb in SENDING
