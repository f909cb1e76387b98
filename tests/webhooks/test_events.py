"""Bodies become events: the published ones of their class, others as they came."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from asyncsdk.webhooks import (
    EVENT_TYPES,
    OtherEvent,
    Payload,
    PayloadInvalid,
    ProgramEvent,
    ProgramStarted,
    ProgramStopped,
)

LINK = "https://example.actonsoftware.com/app/automation/programs/##-####/program-performance"
SAMPLE: dict[str, Any] = {
    "description": "Program Description Example",
    "entryType": "Manual",
    "link": LINK,
    "name": "Program Name Example",
    "programSchedule": "Pending contacts added manually",
    "startedTime": 1686597624671,
    "waitingCount": 0,
}
STARTED = "automated-program.started"
STOPPED = "automated-program.stopped"
AT = datetime(2023, 6, 12, 19, 20, 24, 671000, UTC)


def event(body: Any, event_type: str | None = None) -> Any:
    """Read a body."""
    return Payload(body=json.dumps(body).encode()).event(event_type)


@pytest.mark.parametrize("event_type", [None, STARTED])
def test_a_program_was_started(event_type: str | None) -> None:
    """The published sample is read, with its type and without."""
    assert event(SAMPLE, event_type) == ProgramStarted(
        name="Program Name Example",
        description="Program Description Example",
        entry_type="Manual",
        link=LINK,
        program_schedule="Pending contacts added manually",
        started_time=AT,
        waiting_count=0,
        event_type=STARTED,
    )


@pytest.mark.parametrize("event_type", [None, STOPPED])
def test_a_program_was_stopped(event_type: str | None) -> None:
    """The same with the other time."""
    stopped = event({"name": "Welcome", "stoppedTime": 1686597624671}, event_type)
    assert stopped == ProgramStopped(name="Welcome", stopped_time=AT)
    assert isinstance(stopped, ProgramEvent)


def test_both_spellings_of_the_entry_type() -> None:
    """The sample spells it in one way, the table of fields in the other; of two, none is lost."""
    assert event({"name": "Welcome", "startedTime": 0, "entrytype": "Manual"}).entry_type == "Manual"
    both = event({"name": "Welcome", "startedTime": 0, "entrytype": "a", "entryType": "b"})
    assert (both.entry_type, both.rest) == ("b", {"entrytype": "a"})


def test_unknown_keys_are_kept() -> None:
    """What a later version sends is not lost."""
    assert event({**SAMPLE, "owner": {"id": 1}}).rest == {"owner": {"id": 1}}


def test_only_the_name_is_needed() -> None:
    """What was not sent, or is null, is None."""
    expected = ProgramStarted(name="Welcome")
    assert event({"name": "Welcome"}, STARTED) == expected
    assert event({"name": "Welcome", "startedTime": None, "waitingCount": None}, STARTED) == expected


def test_numbers_may_come_as_text() -> None:
    """As they do elsewhere in Act-On's API; a number where text belongs is its text."""
    started = event({"name": 5, "startedTime": "1686597624671", "waitingCount": "3"}, STARTED)
    assert (started.name, started.started_time, started.waiting_count) == ("5", AT, 3)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": None}, "name: missing"),
        ({"name": ["x"]}, "name: expected text"),
        ({"name": True}, "name: expected text"),
        ({"waitingCount": "many"}, "waitingCount: expected a whole number"),
        ({"waitingCount": 1.5}, "waitingCount: expected a whole number"),
        ({"waitingCount": True}, "waitingCount: expected a whole number"),
        ({"startedTime": "yesterday"}, "startedTime: expected milliseconds since 1970"),
        ({"startedTime": 10**17}, "startedTime: expected milliseconds since 1970"),
        ({"startedTime": 10**400}, "startedTime: expected milliseconds since 1970"),
    ],
)
def test_another_shape(changed: dict[str, Any], problem: str) -> None:
    """What the caller says that it is must be that; what only looked so stays as it came."""
    body = {**SAMPLE, **changed}
    with pytest.raises(PayloadInvalid) as caught:
        event(body, STARTED)
    assert caught.value.problems == (problem,)
    assert event(body) == OtherEvent(body=body)


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_a_documented_event_is_an_object(body: Any) -> None:
    """Anything else is refused as such an event, and is one of no known type."""
    with pytest.raises(PayloadInvalid, match="object"):
        event(body, STOPPED)
    assert event(body) == OtherEvent(body=body)


def test_other_types_stay_as_they_came() -> None:
    """Their bodies are not published; the type is what the caller says, even if it is not a known one."""
    for event_type in ("form.submitted", "brand.new", f"{STARTED}x"):
        assert event(SAMPLE, event_type) == OtherEvent(body=SAMPLE, event_type=event_type)


def test_a_variant_is_read_by_its_keys() -> None:
    """Whether a variant's body is like the documented one is not published; its type is kept."""
    assert event(SAMPLE, f"{STARTED}.teams") == evolve(event(SAMPLE), event_type=f"{STARTED}.teams")
    assert event({"text": "x"}, f"{STARTED}.teams") == OtherEvent(body={"text": "x"}, event_type=f"{STARTED}.teams")
    assert isinstance(event(SAMPLE, f"{STOPPED}.teams"), OtherEvent)


def test_what_has_both_times_is_neither() -> None:
    """Nothing is guessed between two."""
    both = {**SAMPLE, "stoppedTime": 0}
    assert event(both) == OtherEvent(body=both)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\xfd", b"[" * 100_000, b"1" * 10_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    """As such, and not as a signature."""
    with pytest.raises(PayloadInvalid, match="not JSON"):
        Payload(body=body).event()


def test_the_known_types() -> None:
    """There are 19, each once."""
    assert len(set(EVENT_TYPES)) == len(EVENT_TYPES) == 19
    assert {STARTED, STOPPED, "form.submitted", "contact-bounce.hard"} < set(EVENT_TYPES)
