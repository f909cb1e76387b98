"""Reports on messages, media, forms and pages; and search-engine reports."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import Any

import pytest

from asyncsdk import InvalidArgument, InvalidRequest, NotFound
from asyncsdk.api import Reports
from asyncsdk.emulator import Emulator
from asyncsdk.emulator.state.messages import Content, MessageRepository
from asyncsdk.emulator.state.page_views import PageViewRepository
from asyncsdk.emulator.state.recipients import Audience
from tests.emulator.driver import Raw
from tests.support.recording_caller import RecordingCaller, request_of
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

GONE = {"errorCode": 10030, "message": "Invalid or deleted message"}
NO_ID = {"errorCode": 10054, "message": "The id is invalid"}
FORM = "6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd"
COLUMNS = [("E-mail", "EMAIL"), ("First Name", "FIRSTNAME"), ("Last Name", "LASTNAME")]
PEOPLE = [["john.doe@act-on.com", "John", "Doe"], ["bob@example.com", "Bob", ""], ["eve@example.com", "Eve", ""]]
LINK = "http://google.com/"
SENT = "/api/1/message/s-0001-2311/report"


def sent_message(server: Emulator, people: list[list[str]] = PEOPLE) -> str:
    """The id of a message that has gone to all these people."""
    listed = server.add_list("People", COLUMNS, people)
    mailroom = server.platform.repository(MessageRepository)
    due = server.clock.milliseconds()
    message = mailroom.add("sent", Content(subject="It's been an amazing month!", title="Monthly Update"), due)
    mailroom.launch(message, Audience([listed]), due)
    return message.id


def media(server: Emulator, raw_id: str) -> PageViewRepository:
    """The visits, with two of one unknown visitor and one of a known one, who came from a message."""
    visits = server.platform.repository(PageViewRepository)
    visits.add(raw_id, "Comcast")
    server.clock.advance(60)
    visits.add(raw_id, "Comcast")
    visits.add(raw_id, "ada@example.com", known=True, source="Monthly Update", message="s-0001-2311")
    return visits


async def uploaded(raw: Raw) -> str:
    """The id of a new media link."""
    answer = await raw.call("POST", "/api/1/medialink", data={"url": "https://www.example.com/"})
    return str(answer.json["id"])


@virtual_time
async def test_a_message_is_counted() -> None:
    """Opens and clicks count for each recipient and each time."""
    async with stage() as (server, acton):
        message_id = sent_message(server)
        mailroom = server.platform.repository(MessageRepository)
        mailroom.open(message_id, "l-0001:0")
        mailroom.open(message_id, "l-0001:0")
        mailroom.open(message_id, "l-0001:1")
        mailroom.click(message_id, "l-0001:0", LINK)
        mailroom.bounce(message_id, "l-0001:2", hard=False)
        clicked = datetime.fromtimestamp(server.clock.now(), UTC)
        report = await acton.reports.message(message_id)
        assert (report.message_id, report.title, report.status) == (message_id, "Monthly Update", "ok")
        assert (report.sent, report.delivered, report.not_opened) == (3, 2, 0)
        assert (report.opened, report.clicked, report.not_sent) == ((2, 3), (1, 1), (0, 0))
        assert (report.bounced, report.hard_bounced, report.soft_bounced) == (1, 0, 1)
        assert report.last_clicked is not None
        assert abs((report.last_clicked - clicked).total_seconds()) < 1
        assert (report.last_open, report.sent_to) == ("now", ("l-0001",))


@pytest.mark.slow
@virtual_time
async def test_a_drilldown_is_walked_to_its_end() -> None:
    """Every recipient is met once, however many pages it takes, in pages and as CSV."""
    async with stage(calls_per_second=None) as (server, acton):
        people = [[f"p{number}@example.com", "P", str(number)] for number in range(2345)]
        message_id = sent_message(server, people)
        walked = [row.email async for row in acton.reports.message_drilldown(message_id, "SENT")]
        assert walked == [row[0] for row in people]
        streamed = [row["email"] async for row in acton.reports.drilldown_rows(message_id, "SENT")]
        assert streamed == walked
        page = await acton.reports.message_drilldown(message_id, "SENT", count=2, offset=1)
        assert ([row.record_id for row in page], page.total_count) == (["l-0001:1", "l-0001:2"], 2345)
        assert "example.com" not in repr(page)


@virtual_time
async def test_the_same_click_twice_is_two_rows() -> None:
    """Rows are happenings: what one record does again is not taken for a row that was seen already."""
    async with stage() as (server, acton):
        message_id = sent_message(server)
        for link in (LINK, LINK + "a", LINK):
            server.platform.repository(MessageRepository).click(message_id, "l-0001:0", link)
            server.clock.advance(1)
        walk = acton.reports.message_drilldown(message_id, "CLICKED", count=1)
        rows = [row async for row in walk]
        assert [row.link for row in rows] == [LINK, LINK + "a", LINK]
        assert {(row.list_id, row.record_id, row.name) for row in rows} == {("l-0001", "l-0001:0", "John Doe")}


@virtual_time
async def test_a_month_is_counted_by_days() -> None:
    """In the account's time zone; each day has its own counts."""
    async with stage(token_life=7 * 86400.0) as (server, acton):
        message_id = sent_message(server)
        server.platform.repository(MessageRepository).open(message_id, "l-0001:0")
        server.clock.advance(86400)
        server.platform.repository(MessageRepository).opt_out(message_id, "l-0001:0")
        period = await acton.reports.messages_by_period(period="2510")
        assert (period.month, len(period.days)) == ("October 2025", 31)
        telling = [day for day in period.days if day.sent or day.opened or day.opted_out]
        assert [(day.sent, day.opened, day.opted_out) for day in telling] == [(3, 1, 0), (0, 0, 1)]
        assert [day.day for day in telling] == [9, 10]
        assert [day.weekday for day in telling] == [5, 6]
        assert (await acton.reports.messages_by_period()).month == "October 2025"


@virtual_time
async def test_media_forms_and_pages_are_counted() -> None:
    """Visits show in the reports; what nobody has visited is counted as nothing."""
    async with stage() as (server, acton):
        link = (await acton.media.add_link(url="https://www.example.com/")).id or ""
        assert (await acton.reports.media(link)).unknown_views == 0
        assert await acton.reports.media_views(link) == []
        media(server, link)
        report = await acton.reports.media(link)
        assert (report.known_views, report.unknown_views, report.unknown_viewers) == (1, 2, 1)
        assert (report.messages, report.views_from_messages, report.viewers_from_messages) == (1, 1, 1)
        views = await acton.reports.media_views(link)
        assert [(view.known, view.count) for view in views] == [(True, 1), (False, 2)]
        assert "ada@example.com" not in repr(views)
        (day,) = await acton.reports.media_timeline(link)
        assert (day.unique, day.total, day.known, day.unknown) == (2, 3, 1, 2)
        assert await acton.reports.media_messages(link)
        visits = server.platform.repository(PageViewRepository)
        visits.add(FORM, "ada@example.com", known=True, source="Newsletter Signup", submitted=True)
        form = await acton.reports.form(FORM)
        by_source = {source.source: (source.views, source.submits, source.percent) for source in form.sources}
        assert by_source["Newsletter Signup"] == (2, 1, 50)
        assert (await acton.reports.page("p-0001")).incoming_traffic == {"Default": 1}
        visits.add("p-0001", "ada@example.com", known=True, source="Google")
        page = await acton.reports.page("p-0001")
        assert (page.visits, page.unknown_visitors) == (2, 1)
        assert page.incoming_traffic == {"Default": 1, "Google": 1}


@virtual_time
async def test_the_same_code_comes_with_two_statuses() -> None:
    """An unknown message is a bad request to the report and not found to the drill-down; the code is one."""
    async with stage() as (_, acton):
        with pytest.raises(InvalidRequest) as refused:
            await acton.reports.message("s-0001-2409")
        with pytest.raises(NotFound) as missing:
            await acton.reports.message_drilldown("s-0001-2409", "SENT")
        assert refused.value.code == missing.value.code == 10030


@virtual_time
async def test_search_engine_reports_stay_as_they_came() -> None:
    """Their shapes are not published, so what the server tells is handed on."""
    async with stage() as (_, acton):
        site = "https://www.example.com/news"
        assert len((await acton.seo.keywords())["keywords"]) > len((await acton.seo.keywords(url=site))["keywords"])
        assert (await acton.seo.report(keyword="newsletter", url=site))["url"] == site


@pytest.mark.parametrize("verb", ["opened", "", 7, "ALL"])
def test_an_unknown_verb_is_refused_before_anything_is_sent(verb: Any) -> None:
    """In pages and as CSV; the sentence lists the verbs that there are."""
    for method in ("message_drilldown", "drilldown_rows"):
        with pytest.raises(InvalidArgument, match="drilldown must be one of SENT, SUPPRESSED, OPENED"):
            getattr(Reports(RecordingCaller()), method)("s-0001-2409", verb)


@pytest.mark.parametrize("period", ["24-09", "2413", "2400", "202409", "249", "٢٤٠٩", 2409])
def test_a_period_is_a_year_and_a_month(period: Any) -> None:
    """Anything else is refused before it is sent."""
    with pytest.raises(InvalidArgument, match="period must be a year and a month"):
        request_of("reports.messages_by_period", lambda it: it.messages_by_period(period=period))


def test_the_csv_is_asked_for_by_a_fixed_word() -> None:
    """It is the same path as the pages', and no route of its own."""
    caller = RecordingCaller()
    Reports(caller).drilldown_rows("s-0001-2409", "SPAM")
    (request,) = caller.requests
    assert request.path == "/api/1/message/s-0001-2409/report/SPAM"
    assert dict(request.query) == {"responseformat": "CSV"}


async def test_the_message_report_has_the_captured_shape(raw: Raw) -> None:
    """Pairs are arrays; the last opening is told in words and as a number."""
    message_id = sent_message(raw.server, PEOPLE[:2])
    mailroom = raw.server.platform.repository(MessageRepository)
    mailroom.open(message_id, "l-0001:0")
    mailroom.click(message_id, "l-0001:0", LINK)
    raw.server.clock.advance(2 * 86400)
    raw.bearer = raw.server.issue_token()["access_token"]
    assert (await raw.get(SENT)).told == (
        200,
        {
            "status": "ok",
            "sent": 2,
            "delivered": 2,
            "bounced": 0,
            "hardBounced": 0,
            "softBounced": 0,
            "opened": [1, 1],
            "effectiveopened": [0, 0],
            "clicked": [1, 1],
            "notsent": [0, 0],
            "notopened": 1,
            "optout": 0,
            "spam": 0,
            "lastOpen": "2 days ago",
            "lastClick": "2 days ago",
            "lastOpenTS": 1_700_000_000_000,
            "lastClickTS": 1_700_000_000_000,
            "rebroadcast": 0,
            "rebroadcastClick": 0,
            "msgId": "s-0001-2311",
            "subject": "It's been an amazing month!",
            "title": "Monthly Update",
            "sentto": ["l-0001"],
            "suppressedon": [],
        },
    )


async def test_a_click_has_the_captured_shape(raw: Raw) -> None:
    """Past the end there is nothing, but the total is true."""
    message_id = sent_message(raw.server)
    raw.server.platform.repository(MessageRepository).click(message_id, "l-0001:0", LINK)
    clicks = (await raw.get(f"{SENT}/CLICKED")).json
    (row,) = clicks.pop("result")
    assert clicks == {"offset": 0, "count": 1, "totalCount": 1}
    assert row == {
        "listid": "l-0001",
        "data": "CLICK",
        "os": "OS X",
        "ip": "192.0.2.1",
        "browser": "Chrome",
        "name": "John Doe",
        "action": "Clickthrough",
        "when": "Nov 14 2023 2:13 PM PST",
        "recid": "l-0001:0",
        "email": "john.doe@act-on.com",
        "ts": 1_700_000_000_000,
        "linkURI": LINK,
    }
    beyond = await raw.get(f"{SENT}/SENT", offset="2209", count="1000")
    assert beyond.told == (200, {"offset": 2209, "count": 0, "totalCount": 3, "result": []})


async def test_every_verb_has_rows(raw: Raw) -> None:
    """Each holds those to whom that happened."""
    raw.server.add_opt_out("eve@example.com")
    message_id = sent_message(raw.server)
    mailroom = raw.server.platform.repository(MessageRepository)
    mailroom.open(message_id, "l-0001:0")
    mailroom.bounce(message_id, "l-0001:1")
    mailroom.opt_out(message_id, "l-0001:0")
    mailroom.complain(message_id, "l-0001:0")
    counts = {"SENT": 2, "SUPPRESSED": 1, "OPENED": 1, "CLICKED": 0, "BOUNCED": 1, "OPT_OUT": 1, "SPAM": 1}
    for verb, count in counts.items():
        answer = await raw.get(f"{SENT}/{verb}")
        assert (answer.status, answer.json["totalCount"]) == (200, count)


async def test_the_csv_holds_everything(raw: Raw) -> None:
    """A heading for each key of a click, then a row for each recipient."""
    sent_message(raw.server)
    answer = await raw.get(f"{SENT}/SENT", responseformat="CSV")
    assert answer.headers["Content-Type"] == "text/csv"
    rows = list(csv.DictReader(answer.body.decode().splitlines()))
    assert [(row["email"], row["recid"]) for row in rows] == [
        ("john.doe@act-on.com", "l-0001:0"),
        ("bob@example.com", "l-0001:1"),
        ("eve@example.com", "l-0001:2"),
    ]


async def test_the_errors_of_message_reports(raw: Raw) -> None:
    """Codes, words and statuses are the documented ones."""
    assert (await raw.get(SENT)).told == (400, GONE)
    assert (await raw.get(f"{SENT}/SENT")).told == (404, GONE)
    verb = {"errorCode": 10089, "message": "Invalid drill-down verb"}
    assert (await raw.get(f"{SENT}/READ")).told == (400, verb)
    period = {"errorCode": 10160, "message": "The date period is invalid."}
    for text in ("2013", "x", "20231"):
        assert (await raw.get("/api/1/message/report", period=text)).told == (400, period)


async def test_the_period_report_has_the_captured_shape(raw: Raw) -> None:
    """Sunday is the first day of the week."""
    sent_message(raw.server)
    report = (await raw.get("/api/1/message/report", period="2311")).json
    assert (report["month"], len(report["counts"])) == ("November 2023", 30)
    assert report["counts"][13] == {
        "optedOut": 0,
        "dayOfWeek": 3,
        "dayOfMonth": 14,
        "hardBounced": 0,
        "softBounced": 0,
        "opened": 0,
        "bounced": 0,
        "clicked": 0,
        "sent": 3,
    }
    assert report["counts"][4]["dayOfWeek"] == 1


async def test_media_reports_have_the_captured_shapes(raw: Raw) -> None:
    """A slash at the end means nothing."""
    link = await uploaded(raw)
    media(raw.server, link)
    assert (await raw.get(f"/api/1/media/{link}/report/")).told == (
        200,
        {
            "total_known_views": 1,
            "total_unknown_views": 2,
            "unique_known_views": 1,
            "unique_unknown_views": 1,
            "total_messages": 1,
            "total_from_messages": 1,
            "unique_from_messages": 1,
        },
    )
    assert (await raw.get(f"/api/1/media/{link}/report/views")).json[1] == {
        "known": False,
        "recipient": "Comcast",
        "campaign": "",
        "action": "downloaded",
        "total_count": 2,
        "srcid": "",
        "cid": "",
        "tstamp": "Nov 14 2023 2:14 PM PST",
    }
    timeline = await raw.get(f"/api/1/media/{link}/report/timeline")
    assert timeline.json == [{"date": "11/14/2023", "unique": 2, "total": 3, "known": 1, "unknown": 2}]


@pytest.mark.parametrize("report", ["", "/messages", "/views", "/timeline"])
async def test_unknown_media_are_refused(raw: Raw, report: str) -> None:
    """With one code, and 400 where getting the media itself has 404."""
    assert (await raw.get(f"/api/1/media/f-0000/report{report}")).told == (400, NO_ID)


async def test_form_and_page_reports_have_the_captured_shapes(raw: Raw) -> None:
    """A new account's example form and page have the documentation's own visits."""
    nothing = {"submits": 0, "unique": 0, "percent": 0, "non_submitters": "N/A"}
    assert (await raw.get(f"/api/1/form/{FORM}/report")).told == (
        200,
        {
            "count": 3,
            "result": [
                {"source": "Email: Unknown List", "views": 3, **nothing},
                {"source": "Page:Signup for our Monthly Newsletter", "views": 1, **nothing},
                {"source": "Newsletter Signup", "views": 1, **nothing},
            ],
        },
    )
    assert (await raw.get("/api/1/page/p-0001/report")).told == (
        200,
        {"unique_unknown_visits": 1, "total_visits": 1, "incoming_traffic": {"Default": 1}},
    )
    form = {"errorCode": 10012, "message": "Invalid Form id"}
    assert (await raw.get("/api/1/form/unknown/report")).told == (400, form)
    page = {"errorCode": 10013, "message": "Invalid Page id"}
    assert (await raw.get("/api/1/page/p-ffff/report")).told == (400, page)
