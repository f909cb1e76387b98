"""Sample calls of the routes of ``subscriptions``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

SUBSCRIPTIONS = [
    Call(
        "subscriptions.opt_outs",
        lambda it: it.opt_outs("News & more", count=1, offset=2),
        "/api/1/subscription/optout",
        {"category": "News & more", "count": "1", "offset": "2"},
    ),
    Call("subscriptions.categories", lambda it: it.categories(), "/api/1/subscription/category"),
    Call(
        "subscriptions.opt_ins",
        lambda it: it.opt_ins("a@example.com"),
        "/api/1/subscription/category",
        {"email": "a@example.com"},
    ),
    Call(
        "subscriptions.set",
        lambda it: it.set(email="a@example.com", category="News", action="optout"),
        "/api/1/subscription/optout",
        form={"email": "a@example.com", "category": "News", "action": "optout"},
    ),
    Call(
        "subscriptions.set_all",
        lambda it: it.set_all(email="a@example.com", categories=["News", "Offers"]),
        "/api/1/subscription/setcategories",
        form={"email": "a@example.com", "category": ["News", "Offers"]},
    ),
    Call(
        "subscriptions.set_all",
        lambda it: it.set_all(email="a@example.com", categories=[]),
        "/api/1/subscription/setcategories",
        form={"email": "a@example.com", "category": []},
    ),
]
