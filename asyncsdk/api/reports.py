"""Routes of ``reports``: reports on messages, media, forms and pages.

Source: Act-On developer documentation, Reporting API.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, get_args

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Json
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import EncodedBy, Maximum
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Reports"]


def _drilldown(verb: Any) -> str:
    verbs = get_args(models.Drilldown)
    if verb not in verbs:
        raise InvalidArgument(f"drilldown must be one of {', '.join(verbs)}; it is {verb!r}.")
    return str(verb)


def _period(period: Any) -> str:
    if not isinstance(period, str) or not re.fullmatch(r"[0-9]{2}(0[1-9]|1[0-2])", period):
        raise InvalidArgument(f'period must be a year and a month such as "2409"; it is {period!r}.')
    return period


class Reports(Resource):
    """Reports on messages, media, forms and pages."""

    @route.get("/api/1/message/{message_id}/report", shape=Shape.CAPTURED)
    async def message(self, message_id: str) -> models.MessageReport:
        """Count what became of a sent message: deliveries, opens, clicks, bounces, complaints.

        Args:
            message_id: the message, such as ``s-0001-2409``.
        """

    @route.get("/api/1/message/{message_id}/report/{drilldown}", shape=Shape.CAPTURED)
    def message_drilldown(
        self,
        message_id: str,
        drilldown: Annotated[models.Drilldown, EncodedBy(_drilldown)],
        *,
        count: Annotated[int | None, Maximum(1000)] = None,
        offset: int | None = None,
    ) -> Pages[models.DrilldownRow]:
        """List the recipients of a message to whom one thing happened.

        Only the rows of ``CLICKED`` have been published; those of the other verbs are guessed.

        Args:
            message_id: the message, such as ``s-0001-2409``.
            drilldown: what happened.
            count: how many to a page, at most 1,000.
            offset: how many to skip.
        """

    @route.get(
        "/api/1/message/{message_id}/report/{drilldown}",
        shape=Shape.DOCUMENTED,
        fixed={"responseformat": "CSV"},
        listed=False,
    )
    def drilldown_rows(
        self, message_id: str, drilldown: Annotated[models.Drilldown, EncodedBy(_drilldown)]
    ) -> AsyncIterator[Mapping[str, str]]:
        """Stream the same recipients as CSV: one call, with every field, where pages have at most 255.

        Args:
            message_id: the message, such as ``s-0001-2409``.
            drilldown: what happened.
        """

    @route.get("/api/1/message/report", shape=Shape.CAPTURED)
    async def messages_by_period(
        self, *, period: Annotated[str | None, EncodedBy(_period)] = None
    ) -> models.PeriodReport:
        """Count what became of all messages in one month, day by day.

        Args:
            period: the month as ``YYMM``, such as ``2409``; which one is the default is not published.
        """

    @route.get("/api/1/media/{media_id}/report", shape=Shape.CAPTURED)
    async def media(self, media_id: str) -> models.MediaReport:
        """Count the views of a media file or link.

        Args:
            media_id: the file or link, such as ``f-0834c389-f245-4abe-ae05-423b51901d26``.
        """

    @route.get("/api/1/media/{media_id}/report/messages", shape=Shape.GUESSED)
    async def media_messages(self, media_id: str) -> Json:
        """Tell of the messages that hold a media file or link; the shape of the answer is not published.

        Args:
            media_id: the file or link, such as ``f-0834c389-f245-4abe-ae05-423b51901d26``.
        """

    @route.get("/api/1/media/{media_id}/report/views", shape=Shape.CAPTURED)
    async def media_views(self, media_id: str) -> list[models.MediaView]:
        """List the visitors of a media file or link.

        Args:
            media_id: the file or link, such as ``f-0834c389-f245-4abe-ae05-423b51901d26``.
        """

    @route.get("/api/1/media/{media_id}/report/timeline", shape=Shape.CAPTURED)
    async def media_timeline(self, media_id: str) -> list[models.MediaDay]:
        """Count the views of a media file or link, day by day.

        Args:
            media_id: the file or link, such as ``f-0834c389-f245-4abe-ae05-423b51901d26``.
        """

    @route.get("/api/1/form/{form_id}/report", shape=Shape.CAPTURED)
    async def form(self, form_id: str) -> models.FormReport:
        """Count the views and submissions of a form, by where they came from.

        Args:
            form_id: the form, such as ``6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd``.
        """

    @route.get("/api/1/page/{page_id}/report", shape=Shape.CAPTURED)
    async def page(self, page_id: str) -> models.PageReport:
        """Count the visits to a landing page, by where they came from.

        Args:
            page_id: the landing page, such as ``p-0001``.
        """
