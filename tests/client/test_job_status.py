"""Every kind of job can be followed: its words are known, and a route tells its status."""

from __future__ import annotations

from typing import Any, get_args, get_origin

import pytest

from asyncsdk import TABLE, Job, api
from asyncsdk.client.status_routes import status_route
from asyncsdk.decoding.job_kinds import job_kind
from asyncsdk.models import JobStatus, UploadReport
from asyncsdk.routing.route import route_of

REPORTS = sorted(
    {get_args(route.result)[0] for route in TABLE.values() if get_origin(route.result) is Job},
    key=lambda report: report.__name__,
)


@pytest.mark.parametrize("report", REPORTS)
def test_a_job_that_a_route_begins_can_be_followed(report: type[Any]) -> None:
    """For each report that a call can promise, there is a kind of job, and a route that gives its status."""
    assert job_kind(report).report is report
    assert status_route(report).result == JobStatus[report]


def test_every_kind_of_job_is_among_them() -> None:
    """Uploads, files of events, imports and ingests."""
    names = [report.__name__ for report in REPORTS]
    assert names == ["EventReport", "ImportReport", "IngestReport", "UploadReport"]


def test_the_status_route_is_the_one_of_the_report() -> None:
    """Two routes tell the status of uploads; each is found by its own report."""
    assert status_route(UploadReport) is route_of(api.Lists.upload_status)
    assert status_route(UploadReport) is TABLE["lists.upload_status"]
