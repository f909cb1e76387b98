"""Sample calls of the routes of ``reports``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

MEDIA = "f-0834c389-f245-4abe-ae05-423b51901d26"
FORM = "6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd"

REPORTS: list[Call] = [
    Call("reports.message", lambda it: it.message("s-0001-2409"), "/api/1/message/s-0001-2409/report"),
    Call(
        "reports.message_drilldown",
        lambda it: it.message_drilldown("s-0001-2409", "OPT_OUT"),
        "/api/1/message/s-0001-2409/report/OPT_OUT",
    ),
    Call(
        "reports.message_drilldown",
        lambda it: it.message_drilldown("s-0001-2409", "CLICKED", count=1000, offset=2000),
        "/api/1/message/s-0001-2409/report/CLICKED",
        {"count": "1000", "offset": "2000"},
    ),
    Call("reports.messages_by_period", lambda it: it.messages_by_period(), "/api/1/message/report"),
    Call(
        "reports.messages_by_period",
        lambda it: it.messages_by_period(period="2409"),
        "/api/1/message/report",
        {"period": "2409"},
    ),
    Call("reports.media", lambda it: it.media(MEDIA), f"/api/1/media/{MEDIA}/report"),
    Call("reports.media_messages", lambda it: it.media_messages(MEDIA), f"/api/1/media/{MEDIA}/report/messages"),
    Call("reports.media_views", lambda it: it.media_views(MEDIA), f"/api/1/media/{MEDIA}/report/views"),
    Call("reports.media_timeline", lambda it: it.media_timeline(MEDIA), f"/api/1/media/{MEDIA}/report/timeline"),
    Call("reports.form", lambda it: it.form(FORM), f"/api/1/form/{FORM}/report"),
    Call("reports.page", lambda it: it.page("p-0001"), "/api/1/page/p-0001/report"),
]
