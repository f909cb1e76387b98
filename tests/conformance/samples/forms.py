"""Sample calls of the routes of ``forms``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

FORM = "6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd"

FORMS: list[Call] = [
    Call("forms.all", lambda it: it.all(), "/api/1/form"),
    Call("forms.urls", lambda it: it.urls(FORM), f"/api/1/form/{FORM}/urls"),
]
