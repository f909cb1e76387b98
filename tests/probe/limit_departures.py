"""Departures that the check of the limits finds."""

from __future__ import annotations

from asyncsdk.emulator import Emulator
from tests.probe.departure import (
    Departure,
    answered,
)
from tests.support.departing import Change, Served

__all__ = ["BURST"]

LIMITS = "more calls in a second than are allowed"


def refused_limit(change: Change) -> Change:
    """A change of the refusals for too many calls."""

    def only(served: Served) -> None:
        if served.status == 429:
            change(served)

    return only


def _five_a_second(server: Emulator) -> None:
    server.settings.calls_per_second = 5


BURST = (
    Departure(
        "no call is refused",
        "limits: calls in a second",
        f"{LIMITS}: one is refused",
    ),
    Departure(
        "a refusal says when to come back",
        "limits: calls in a second",
        f"{LIMITS}: Retry-After",
        refused_limit(lambda served: served.headers.update({"Retry-After": "2"})),
        _five_a_second,
    ),
    Departure(
        "a refusal is in the words of an older gateway",
        "limits: calls in a second",
        f"{LIMITS}: refusal",
        refused_limit(answered(429, {"fault": {"code": 900800, "message": "Message throttled out"}})),
        _five_a_second,
    ),
    Departure(
        "a refusal is another status",
        "limits: calls in a second",
        f"{LIMITS}: refusal",
        refused_limit(
            answered(503, {"httpCode": "503", "httpMessage": "Service Unavailable", "moreInformation": ""})
        ),
        _five_a_second,
    ),
    Departure(
        "every answer tells what is left",
        "limits: calls in a second",
        "an answer as usual: headers that speak of limits",
        lambda served: served.headers.update({"X-RateLimit-Remaining": "4"}),
        _five_a_second,
    ),
)
"""Departures that the check of the limits finds."""
