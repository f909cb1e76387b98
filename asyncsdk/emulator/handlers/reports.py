"""Handlers of ``reports.*``: reports on messages, media, forms and pages."""

from __future__ import annotations

import asyncio
import calendar
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler, page
from asyncsdk.emulator.http.responses import Answer, Reply, Stream, refusal
from asyncsdk.emulator.state.deliveries import VERBS, DeliveryRepository, Reaction
from asyncsdk.emulator.state.forms_and_pages import FormRepository, PageRepository
from asyncsdk.emulator.state.media_library import MediaRepository
from asyncsdk.emulator.state.messages import MessageRepository
from asyncsdk.emulator.state.page_views import PageViewRepository
from asyncsdk.emulator.state.rejected_rows import csv_line
from asyncsdk.models import Drilldown

__all__ = ["Reports"]

PAGE = 1000
_COLUMNS: Final = (
    "listid",
    "data",
    "os",
    "ip",
    "browser",
    "name",
    "action",
    "when",
    "recid",
    "email",
    "ts",
    "linkURI",
)
_AGO: Final = ((86400, "day"), (3600, "hour"), (60, "minute"))


class Reports(Handler, api.Reports):
    """Carries out ``reports.*``."""

    async def message(self, message_id: str) -> Reply:
        """Count deliveries and reactions; that the last opening is left out where there is none is a guess."""
        message = self.platform.repository(MessageRepository).require(message_id)
        counts = self.platform.repository(DeliveryRepository).counts(message.number)

        def pair(verb: str) -> tuple[int, int]:
            return counts.get(verb, (0, 0))

        sent, bounced = pair("SENT")[1], pair("BOUNCED")[1]
        audiences = self.platform.repository(MessageRepository).audiences(message)
        return {
            "status": "ok",
            "sent": sent,
            "delivered": sent - bounced,
            "bounced": bounced,
            "hardBounced": pair("hard")[1],
            "softBounced": pair("soft")[1],
            "opened": pair("OPENED"),
            "effectiveopened": [0, 0],
            "clicked": pair("CLICKED"),
            "notsent": pair("SUPPRESSED"),
            "notopened": sent - bounced - pair("OPENED")[0],
            "optout": pair("OPT_OUT")[0],
            "spam": pair("SPAM")[0],
            **self._last(message.number, "OPENED", "lastOpen"),
            **self._last(message.number, "CLICKED", "lastClick"),
            "rebroadcast": pair("AGAIN SENT")[1],
            "rebroadcastClick": pair("AGAIN CLICKED")[1],
            "msgId": message.id,
            "subject": message.content.subject,
            "title": message.content.title,
            "sentto": list(dict.fromkeys(each for audience in audiences for each in audience.lists)),
            "suppressedon": list(dict.fromkeys(each for audience in audiences for each in audience.without)),
        }

    def _last(self, message: int, verb: Reaction, key: str) -> dict[str, Any]:
        time = self.platform.repository(DeliveryRepository).last(message, verb)
        return {} if time is None else {key: self._ago(time), f"{key}TS": time}

    def _ago(self, time: int) -> str:
        """Time since something happened, in words; those for hours and minutes are guesses."""
        seconds = self.platform.clock.now() - time / 1000
        for length, name in _AGO:
            count = int(seconds // length)
            if count:
                return f"{count} {name}{'s' if count > 1 else ''} ago"
        return "now"

    def message_drilldown(
        self, message_id: str, drilldown: Drilldown, *, count: int | None = None, offset: int | None = None
    ) -> Reply:
        """List the recipients to whom one thing happened; with ``responseformat=CSV``, all of them as CSV."""
        if drilldown not in VERBS:
            raise refusal(10089, "Invalid drill-down verb")
        message = self.platform.repository(MessageRepository).require(message_id, status=404).number
        if self.received.query.get("responseformat", "").casefold() == "csv":
            return Answer(Stream(self._csv(message, drilldown)), content_type="text/csv")
        deliveries = self.platform.repository(DeliveryRepository)
        start = offset or 0
        rows = deliveries.rows(message, drilldown, start, PAGE if count is None else count)
        return page(rows, start, deliveries.total(message, drilldown))

    async def _csv(self, message: int, drilldown: Drilldown) -> AsyncIterator[bytes]:
        """The layout is not published: here, the keys of a click as headings."""
        yield csv_line(_COLUMNS).encode()
        start = 0
        while rows := self.platform.repository(DeliveryRepository).rows(message, drilldown, start, PAGE):
            lines = (csv_line([str(row.get(column, "")) for column in _COLUMNS]) for row in rows)
            yield "".join(lines).encode()
            start += len(rows)
            await asyncio.sleep(0)

    async def messages_by_period(self, *, period: str | None = None) -> Reply:
        """Count a month's days, all of them; that the default is the month that it is, is a guess."""
        if period is None:
            period = self.platform.date_text(self.platform.clock.milliseconds(), "%y%m")
        if not re.fullmatch("[0-9]{2}(0[1-9]|1[0-2])", period):
            raise refusal(10160, "The date period is invalid.")
        year, month = 2000 + int(period[:2]), int(period[2:])
        self.platform.repository(MessageRepository).catch_up()
        days = self.platform.repository(DeliveryRepository).days(period)
        last = calendar.monthrange(year, month)[1]
        return {
            "month": date(year, month, 1).strftime("%B %Y"),
            "counts": [_day(date(year, month, day), days.get(day, Counter())) for day in range(1, last + 1)],
        }

    async def media(self, media_id: str) -> Reply:
        """Count the views of a media file or link."""
        return self.platform.repository(PageViewRepository).media_report(self._known_media(media_id))

    async def media_messages(self, media_id: str) -> Reply:
        """Tell of the messages that visitors came from; the shape is a guess."""
        found: dict[str, dict[str, Any]] = {}
        for view in self.platform.repository(PageViewRepository).of(self._known_media(media_id)):
            if view.message:
                entry = found.setdefault(view.message, {"msgId": view.message, "title": view.source, "total": 0})
                entry["total"] += 1
        return list(found.values())

    async def media_views(self, media_id: str) -> Reply:
        """List the visitors of a media file or link."""
        return self.platform.repository(PageViewRepository).media_views(self._known_media(media_id))

    async def media_timeline(self, media_id: str) -> Reply:
        """Count the views of a media file or link by day."""
        return self.platform.repository(PageViewRepository).media_timeline(self._known_media(media_id))

    def _known_media(self, media_id: str) -> str:
        if self.platform.repository(MediaRepository).get(media_id) is None:
            raise refusal(10054, "The id is invalid")
        return media_id

    async def form(self, form_id: str) -> Reply:
        """Count what came to a form."""
        if self.platform.repository(FormRepository).get(form_id) is None:
            raise refusal(10012, "Invalid Form id")
        result = self.platform.repository(PageViewRepository).form_report(form_id)
        return {"count": len(result), "result": result}

    async def page(self, page_id: str) -> Reply:
        """Count who came to a landing page."""
        if self.platform.repository(PageRepository).get(page_id) is None:
            raise refusal(10013, "Invalid Page id")
        return self.platform.repository(PageViewRepository).page_report(page_id)


def _day(day: date, counts: Counter[str]) -> dict[str, int]:
    return {
        "optedOut": counts["OPT_OUT"],
        "dayOfWeek": day.isoweekday() % 7 + 1,
        "dayOfMonth": day.day,
        "hardBounced": counts["hard"],
        "softBounced": counts["soft"],
        "opened": counts["OPENED"],
        "bounced": counts["BOUNCED"],
        "clicked": counts["CLICKED"],
        "sent": counts["SENT"],
    }
