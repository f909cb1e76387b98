"""Compiling a route: the request, to the letter, or a refusal before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import TABLE, Column, Effect, InvalidArgument, UploadReport, client
from asyncsdk.api import Contacts
from asyncsdk.models import EventReport
from tests.conformance.published import ROUTES
from tests.conformance.samples.call import COLUMNS, CSV, Call
from tests.conformance.samples.calls import CALLS
from tests.support.recording_caller import RecordingCaller, readable, request_of


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_each_route_compiles_to_the_documented_request(call: Call) -> None:
    """Method, path, query and body are what the documentation asks for, and nothing is added."""
    request = request_of(call.name, call.make)
    assert (request.method, request.path) == (ROUTES[call.name].method, call.path)
    assert dict(request.query) == call.query
    assert request.form == call.form
    assert request.json == call.json
    assert readable(request.multipart) == call.multipart


def test_every_route_is_among_the_sample_calls() -> None:
    """No route is left untried."""
    assert {call.name for call in CALLS} == set(ROUTES)


@pytest.mark.parametrize(
    ("mode", "effect"),
    [
        ("APPEND", Effect.UNSAFE),
        ("APPEND_NO_DUPLICATES", Effect.UNSAFE),
        ("UPSERT", Effect.IDEMPOTENT),
        ("UPDATE_ONLY", Effect.IDEMPOTENT),
        ("REPLACE", Effect.IDEMPOTENT),
    ],
)
def test_a_merge_is_as_repeatable_as_its_mode(mode: Any, effect: Effect) -> None:
    """An append that is sent twice adds rows twice, so it is never repeated blindly; an upsert may be."""
    request = request_of(
        "lists.merge",
        lambda it: it.merge("l-0001", file=CSV, columns=COLUMNS, mode=mode, replace_everything=mode == "REPLACE"),
    )
    assert request.effect is effect


@pytest.mark.parametrize("word", [False, None, 1, "yes"])
def test_replace_must_be_meant(word: Any) -> None:
    """REPLACE without the very word deletes nothing: it is refused before anything is sent."""
    with pytest.raises(InvalidArgument, match="replace_everything=True"):
        request_of(
            "lists.merge",
            lambda it: it.merge("l-0001", file=CSV, columns=COLUMNS, mode="REPLACE", replace_everything=word),
        )


def test_an_unknown_merge_mode_is_refused() -> None:
    """A misspelt mode is refused by name instead of sent for the server to guess."""
    with pytest.raises(InvalidArgument, match=r"mode must be one of APPEND, .*'upsert'"):
        request_of("lists.merge", lambda it: it.merge("l-0001", file=CSV, columns=COLUMNS, mode="upsert"))


@pytest.mark.parametrize("columns", [[], [Column("A")], [Column("A", "EMAIL"), Column("B", "EMAIL")]])
def test_an_upload_has_exactly_one_email_column(columns: list[Column]) -> None:
    """Act-On takes no upload otherwise: the refusal costs no call and no job."""
    for make in (
        lambda it: it.create("Leads", file=CSV, columns=columns),
        lambda it: it.create_empty("Leads", columns=columns),
        lambda it: it.merge("l-0001", file=CSV, columns=columns),
    ):
        with pytest.raises(InvalidArgument, match="exactly one of type EMAIL"):
            request_of("lists.create", make)


def test_rejects_need_a_file() -> None:
    """A report without rejected rows has no file to stream."""
    for report in (UploadReport(), ""):
        with pytest.raises(InvalidArgument, match="names no file"):
            request_of("lists.rejected_records", lambda it, report=report: it.rejected_records(report))


@pytest.mark.parametrize(
    "make",
    [
        lambda it: it.upsert("", email="a", data={}),
        lambda it: it.upsert("..", email="a", data={}),
        lambda it: it.upsert(None, email="a", data={}),
        lambda it: it.upsert("l-0001", email=None, data={}),
        lambda it: it.upsert("l-0001", email="a", data=None),
        lambda it: it.upsert("l-0001", email=7, data={}),
    ],
)
def test_required_values_cannot_be_empty(make: Any) -> None:
    """None and an empty id do not turn into another call: they are refused."""
    with pytest.raises(InvalidArgument, match=r"list_id|email|data"):
        request_of("contacts.upsert", make)


@pytest.mark.parametrize(
    "make",
    [
        lambda it: it.upsert(),
        lambda it: it.upsert("l-0001"),
        lambda it: it.upsert("l-0001", email="a"),
        lambda it: it.upsert("l-0001", "a", {}),
        lambda it: it.upsert("l-0001", email="a", data={}, date=1),
        lambda it: it.upsert("l-0001", email="a", dat={}),
        lambda it: it.upsert("l-0001", list_id="l-0002", email="a"),
        lambda it: it.upsert("l-0001", list_id="l-0002", email="a", data={}),
        lambda it: it.upsert("l-0001", "x", email="a", data={}),
        lambda it: it.upsert(email="a", data={}),
        lambda it: it.upsert("l-0001", email="a", data={}, self=1),
    ],
)
async def test_wrong_arguments_are_type_errors(make: Any) -> None:
    """Missing, doubled, misspelt and misplaced arguments raise TypeError, as with any Python method."""
    caller = RecordingCaller()
    with pytest.raises(TypeError):
        await make(Contacts(caller))
    assert caller.requests == []


def test_arguments_are_bound_like_python_binds_them() -> None:
    """By position or by name, in any order, with defaults filled in: the same arguments come out."""
    route = TABLE["contacts.update"]
    whole = {"list_id": "l", "record_id": "r", "data": {}, "return_contact": None}
    assert route.bind(("l", "r"), {"data": {}}) == whole
    assert route.bind((), {"data": {}, "record_id": "r", "list_id": "l"}) == whole
    assert route.bind(("l",), {"data": {}, "record_id": "r", "return_contact": True}) == {
        **whole,
        "return_contact": True,
    }
    assert TABLE["account.get"].bind((), {}) == {}


def test_compiling_twice_gives_equal_requests() -> None:
    """Compiling is pure: the same arguments always give the same request, and the arguments stay as they are."""
    route = TABLE["contacts.upsert"]
    arguments = {"list_id": "l-0001", "email": "a", "data": {"x": "y"}}
    assert route.compile(arguments) == route.compile(arguments)
    assert arguments == {"list_id": "l-0001", "email": "a", "data": {"x": "y"}}


def test_a_value_that_looks_like_a_template_stays_a_value() -> None:
    """An id such as ``{record_id}`` is not filled in."""
    request = request_of("contacts.get", lambda it: it.get("{record_id}", "r"))
    assert request.path == "/api/1/list/%7Brecord_id%7D/record/r"


def test_jobs_are_resumed_by_their_id() -> None:
    """``lists.job`` and ``events.job`` are plain functions, typed by the report that they give."""
    its: Any = RecordingCaller()
    assert client.Lists(its).job("159") == (UploadReport, "159")
    assert client.Events(its).job("160") == (EventReport, "160")


def test_a_route_shows_what_it_is() -> None:
    """A route's repr names it, its method and its path."""
    assert repr(TABLE["contacts.upsert"]) == "<Route contacts.upsert: PUT /api/1/list/{list_id}/record>"
