"""What a row of the table gives, and which rows are asked about first."""

from __future__ import annotations

import typing
from collections.abc import AsyncIterable, AsyncIterator
from enum import Enum
from typing import Final

from asyncsdk.jobs.job import Job
from asyncsdk.pagination.page import Page
from asyncsdk.routing.route import Route

__all__ = ["Kind", "asks_first", "kind_of"]

SENDING: Final = frozenset({"send", "resend"})


class Kind(Enum):
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


def kind_of(route: Route) -> Kind:
    """How the row's result arrives, by its type."""
    origin = typing.get_origin(route.result)
    if origin is Page:
        return Kind.PAGES
    if origin is Job:
        return Kind.JOB
    if origin in (AsyncIterator, AsyncIterable):
        return Kind.BYTES if typing.get_args(route.result) == (bytes,) else Kind.RECORDS
    return Kind.VALUE


def asks_first(route: Route) -> bool:
    """Whether it sends mail or deletes, which nothing brings back."""
    verb = route.name.rpartition(".")[2]
    return route.method == "DELETE" or verb.startswith("delete") or verb in SENDING
