"""Sample calls of the routes of ``headers``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

HEADERS: list[Call] = [
    Call("headers.all", lambda it: it.all(), "/api/1/header"),
    Call("headers.get", lambda it: it.get("0"), "/api/1/header/0"),
    Call(
        "headers.add",
        lambda it: it.add(title="Spring", html="<p>a&amp;b</p>", text="a&b"),
        "/api/1/header",
        form={"title": "Spring", "html": "<p>a&amp;b</p>", "text": "a&b"},
    ),
    Call("headers.add", lambda it: it.add(title="Spring"), "/api/1/header", form={"title": "Spring"}),
    Call(
        "headers.update",
        lambda it: it.update("1", title="Spring", html="<p>a&amp;b</p>", text="a&b"),
        "/api/1/header/1",
        form={"title": "Spring", "html": "<p>a&amp;b</p>", "text": "a&b"},
    ),
    Call("headers.update", lambda it: it.update("1", text=""), "/api/1/header/1", form={"text": ""}),
    Call("headers.delete", lambda it: it.delete("1"), "/api/1/header/1"),
]
