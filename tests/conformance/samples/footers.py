"""Sample calls of the routes of ``footers``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

FOOTERS: list[Call] = [
    Call("footers.all", lambda it: it.all(), "/api/1/footer"),
    Call("footers.get", lambda it: it.get("0"), "/api/1/footer/0"),
    Call(
        "footers.add",
        lambda it: it.add(title="Spring", html="<p>a&amp;b</p>", text="a&b"),
        "/api/1/footer",
        form={"title": "Spring", "html": "<p>a&amp;b</p>", "text": "a&b"},
    ),
    Call("footers.add", lambda it: it.add(title="Spring"), "/api/1/footer", form={"title": "Spring"}),
    Call(
        "footers.update",
        lambda it: it.update("1", title="Spring", html="<p>a&amp;b</p>", text="a&b"),
        "/api/1/footer/1",
        form={"title": "Spring", "html": "<p>a&amp;b</p>", "text": "a&b"},
    ),
    Call("footers.update", lambda it: it.update("1", text=""), "/api/1/footer/1", form={"text": ""}),
    Call("footers.delete", lambda it: it.delete("1"), "/api/1/footer/1"),
]
