"""Sample calls of the routes of ``seo``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

SITE = "https://www.example.com/a?b=c&d"

SEO: list[Call] = [
    Call("seo.keywords", lambda it: it.keywords(), "/api/1/seokeywords"),
    Call("seo.keywords", lambda it: it.keywords(url=SITE), "/api/1/seokeywords", {"url": SITE}),
    Call(
        "seo.report",
        lambda it: it.report(keyword="e-mail & more", url=SITE),
        "/api/1/seoreport",
        {"keyword": "e-mail & more", "url": SITE},
    ),
]
