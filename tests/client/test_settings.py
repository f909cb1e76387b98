"""Settings that cannot be are refused in the library's own error, which names the field."""

from __future__ import annotations

import math

import pytest
from attrs import fields
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import InvalidArgument, Limits, PollPolicy, RetryPolicy, Timeout
from asyncsdk.limits.limiter import Limiter
from asyncsdk.limits.sliding_window import InFlightCall, SlidingWindow
from tests.support.in_flight import UnsentCall

SETTINGS = [Limits, RetryPolicy, PollPolicy, Timeout]
NUMBERS = [(kind, each.name) for kind in SETTINGS for each in fields(kind) if each.name != "words"]
NO_NUMBERS = [-1, -0.5, math.nan, math.inf, -math.inf, "5", "", b"5", True, [], {}, object(), 10**400, 1j]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), NUMBERS, ids=[f"{kind.__name__}.{name}" for kind, name in NUMBERS])
@pytest.mark.parametrize("wrong", NO_NUMBERS, ids=lambda value: type(value).__name__)
def test_what_cannot_be_is_refused_with_the_fields_name(kind: type, name: str, wrong: object) -> None:
    """Each field of each settings class refuses negative numbers, NaN, infinity, texts and flags alike."""
    if wrong == 10**400 and name in {
        "attempts",
        "calls_per_day",
        "grants_per_hour",
        "upload_bytes",
        "answer_bytes",
    }:
        return  # a whole number, however great
    with pytest.raises(InvalidArgument, match=rf"^{kind.__name__}\.{name} must be a"):
        kind(**{name: wrong})


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, name in NUMBERS if name not in {"max_wait"}],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_none_is_no_number(kind: type, name: str) -> None:
    """Only ``max_wait`` may be None."""
    with pytest.raises(InvalidArgument, match=rf"{kind.__name__}\.{name} must be .* not None\.$"):
        kind(**{name: None})


@pytest.mark.parametrize("wrong", [None, 5, "done", ["done"], {"ready": "finished"}, {7: "done"}, {"ready": []}])
def test_words_of_jobs_that_mean_nothing_are_refused(wrong: object) -> None:
    """``words`` maps texts to the four states of a job."""
    with pytest.raises(InvalidArgument, match=r"PollPolicy\.words"):
        PollPolicy(words=wrong)  # type: ignore[arg-type]
    assert PollPolicy(words={"ready": "done"}).words == {"ready": "done"}


def test_looks_cannot_be_both_further_apart_and_closer_together() -> None:
    """A ``min_gap`` above ``max_gap`` is refused, the default one included; the same gap twice is a steady pace."""
    for wrong in ({"min_gap": 5.0, "max_gap": 4.0}, {"min_gap": 61.0}, {"max_gap": 0.2}):
        with pytest.raises(InvalidArgument, match=r"^PollPolicy\.max_gap must be at least min_gap"):
            PollPolicy(**wrong)
    assert PollPolicy(min_gap=5.0, max_gap=5.0).max_gap == 5.0


@pytest.mark.parametrize("zero", [0, 0.0])
def test_zero_is_refused_where_nothing_could_be_done(zero: float) -> None:
    """No calls a second, no attempts and no time to connect cannot be; a day without calls can."""
    for kind, name in (
        (Limits, "calls_per_second"),
        (RetryPolicy, "attempts"),
        (RetryPolicy, "base"),
        (Timeout, "connect"),
    ):
        with pytest.raises(InvalidArgument, match=name):
            kind(**{name: zero})
    assert Limits(calls_per_day=0, grants_per_hour=0, upload_bytes=0, longest_pause=0).calls_per_day == 0


@pytest.mark.parametrize(
    ("share", "places", "period"),
    [(5, 5, 1), (5.0, 5, 1), (2.5, 2, 1), (1, 1, 1), (1.9, 1, 1), (0.5, 1, 2), (0.25, 1, 4), (0.001, 1, 1000)],
)
def test_a_share_becomes_whole_calls_in_a_period(share: float, places: int, period: float) -> None:
    """Below 1 the period grows; above it only whole calls count, so that shares that make five stay within five."""
    limits = Limits(calls_per_second=share)
    assert (limits.places, limits.period) == (places, period)
    assert Limiter(limits).limits.calls_per_second == share


@pytest.mark.slow
@given(
    share=st.floats(0.05, 7.5),
    steps=st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 0.19), st.floats(0.0, 0.4)), max_size=60),
)
def test_no_window_holds_more_than_the_share(share: float, steps: list[tuple[float, float, float]]) -> None:
    """Whenever calls come and however long they travel, the server sees no more than the share in any window."""
    limits = Limits(calls_per_second=share)
    window = SlidingWindow(limits.places, limits.period)
    now, arrivals = 0.0, []
    landing: list[tuple[float, InFlightCall]] = []
    for gap, there, back in steps:
        now += gap
        while not window.has_place(now):
            now = max(now + 1e-6, min([each for each, _ in landing] + [window.next_place()]))
            landing = _landed(window, landing, now)
        landing = _landed(window, landing, now)
        flight = UnsentCall()
        window.take(flight)
        flight.sent_at = now
        arrivals.append(now + there)
        landing.append((now + there + back, flight))
    arrivals.sort()
    length, most = (1.0, max(1, int(share))) if share >= 1 else (1 / share, 1)
    for first, arrival in enumerate(arrivals):
        assert len([each for each in arrivals[first:] if each < arrival + length]) <= most


def _landed(
    window: SlidingWindow, landing: list[tuple[float, InFlightCall]], now: float
) -> list[tuple[float, InFlightCall]]:
    for due, flight in sorted(landing, key=lambda each: each[0]):
        if due <= now:
            window.finish(flight, due, answered=True)
    return [each for each in landing if each[0] > now]
