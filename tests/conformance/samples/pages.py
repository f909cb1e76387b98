"""Sample calls of the routes of ``pages``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

PAGES: list[Call] = [
    Call("pages.all", lambda it: it.all(), "/api/1/page"),
    Call("pages.get", lambda it: it.get("p-0001"), "/api/1/page/p-0001"),
    Call("pages.delete", lambda it: it.delete("p-0001"), "/api/1/page/p-0001"),
    Call("pages.urls", lambda it: it.urls("p-0001"), "/api/1/page/p-0001/urls"),
]
