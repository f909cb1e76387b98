"""Sample calls of the routes of ``campaigns``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

CAMPAIGNS: list[Call] = [
    Call("campaigns.all", lambda it: it.all(), "/api/1/campaigns"),
    Call("campaigns.get", lambda it: it.get("a 1"), "/api/1/campaigns/a%201"),
]
