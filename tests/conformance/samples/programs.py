"""Sample calls of the routes of ``programs``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

PROGRAMS: list[Call] = [
    Call("programs.all", lambda it: it.all(type="LIST_MAINT"), "/api/1/program", {"type": "LIST_MAINT"}),
]
