"""Repository of views of media, forms and landing pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from attrs import asdict, field, frozen

from asyncsdk.emulator.examples.reports import VIEWS
from asyncsdk.emulator.state.repository import TableRepository

__all__ = ["PageView", "PageViewRepository"]

_DAY: Final = "%m/%d/%Y"
_MINUTE: Final = "%b %d %Y %I:%M %p %Z"


@frozen
class PageView:
    """One view."""

    visitor: str
    """A name or an address; of a visitor who is not known, that of a company or internet provider."""

    known: bool = field(converter=bool)
    source: str
    """Its source; for media, the title of a message."""

    message: str
    """The id of the message that it came from; empty if it came from none."""

    submitted: bool = field(converter=bool)
    time: int


class PageViewRepository(TableRepository[PageView]):
    """All views, for reports to count."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS visits (
        number INTEGER PRIMARY KEY, thing TEXT NOT NULL, visitor TEXT NOT NULL, known INTEGER NOT NULL,
        source TEXT NOT NULL, message TEXT NOT NULL, submitted INTEGER NOT NULL, time INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS visits_by_thing ON visits (thing);
    """

    TABLE: ClassVar[str] = "visits"
    COLUMNS: ClassVar[tuple[str, ...]] = ("visitor", "known", "source", "message", "submitted", "time")
    ORDER: ClassVar[str] = "time DESC, number DESC"
    item = PageView

    def examples(self) -> Iterable[Mapping[str, Any]]:
        """The views that the reports of the documentation count."""
        for each in VIEWS:
            view = PageView(each.visitor, False, each.source, "", False, each.time)
            yield from [{"thing": each.thing, **asdict(view)}] * each.times

    def add(
        self,
        thing: str,
        visitor: str,
        *,
        known: bool = False,
        source: str = "",
        message: str = "",
        submitted: bool = False,
    ) -> None:
        """Note a view of a media file, a form or a page, or a form that was sent in.

        Args:
            thing: the id of what is viewed.
            visitor: a name or an address, or that of an internet provider.
            known: whether the account knows the visitor.
            source: where the visitor came from.
            message: the id of the message that the visitor came from.
            submitted: whether a form was sent in.
        """
        time = self.platform.clock.milliseconds()
        self.insert({"thing": thing, **asdict(PageView(visitor, known, source, message, submitted, time))})

    def of(self, thing: str) -> list[PageView]:
        """Every view of one thing, the latest first."""
        return self.find("thing = ?", thing)

    def media_report(self, media: str) -> dict[str, int]:
        """The views of a media file or link, counted."""
        views = self.of(media)
        mailed = [view for view in views if view.message]
        return {
            "total_known_views": sum(view.known for view in views),
            "total_unknown_views": sum(not view.known for view in views),
            "unique_known_views": len({view.visitor for view in views if view.known}),
            "unique_unknown_views": len({view.visitor for view in views if not view.known}),
            "total_messages": len({view.message for view in mailed}),
            "total_from_messages": len(mailed),
            "unique_from_messages": len({view.visitor for view in mailed}),
        }

    def media_views(self, media: str) -> list[dict[str, Any]]:
        """An entry for each visitor and message, the latest first."""
        entries: dict[tuple[str, str], dict[str, Any]] = {}
        for view in self.of(media):
            entry = entries.setdefault(
                (view.visitor, view.message),
                {
                    "known": view.known,
                    "recipient": view.visitor,
                    "campaign": view.source,
                    "action": "downloaded",
                    "total_count": 0,
                    "srcid": view.message,
                    "cid": "",
                    "tstamp": self.platform.date_text(view.time, _MINUTE).replace(" 0", " "),
                },
            )
            entry["total_count"] += 1
        return list(entries.values())

    def media_timeline(self, media: str) -> list[dict[str, Any]]:
        """An entry for each day with a view, the earliest first."""
        days: dict[str, list[PageView]] = {}
        for view in reversed(self.of(media)):
            days.setdefault(self.platform.date_text(view.time, _DAY), []).append(view)
        return [
            {
                "date": day,
                "unique": len({view.visitor for view in views}),
                "total": len(views),
                "known": sum(view.known for view in views),
                "unknown": sum(not view.known for view in views),
            }
            for day, views in days.items()
        ]

    def form_report(self, form: str) -> list[dict[str, Any]]:
        """An entry for each place that visitors came from, the most views first."""
        sources: dict[str, list[PageView]] = {}
        for view in reversed(self.of(form)):
            sources.setdefault(view.source, []).append(view)
        entries: list[dict[str, Any]] = []
        for source, views in sources.items():
            sent = [view for view in views if view.submitted]
            entries.append(
                {
                    "source": source,
                    "submits": len(sent),
                    "unique": len({view.visitor for view in sent}),
                    "views": len(views),
                    "percent": round(100 * len(sent) / len(views)),
                    "non_submitters": "N/A",
                }
            )
        return sorted(entries, key=lambda entry: -entry["views"])

    def page_report(self, page: str) -> dict[str, Any]:
        """The views to a landing page; the key for known visitors is a guess, and so is that 0 is left out."""
        views = self.of(page)
        traffic: dict[str, int] = {}
        for view in views:
            traffic[view.source or "Default"] = traffic.get(view.source or "Default", 0) + 1
        counts = {
            "unique_known_visits": len({view.visitor for view in views if view.known}),
            "unique_unknown_visits": len({view.visitor for view in views if not view.known}),
        }
        told = {name: count for name, count in counts.items() if count}
        return {**told, "total_visits": len(views), "incoming_traffic": traffic}
