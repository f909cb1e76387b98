"""Checks of reports on messages, media, forms and landing pages, and of campaigns and search words."""

from __future__ import annotations

from typing import Final

from asyncsdk.api import Campaigns, Reports, Seo
from asyncsdk.probe.checks.content import FORMS, MEDIA, PAGES
from asyncsdk.probe.checks.listing import Listing
from asyncsdk.probe.checks.messages import NO_MESSAGE, SENT
from asyncsdk.probe.checks.one_call import asks, lists
from asyncsdk.probe.key_names import KeyNames

__all__ = ["CHECKS"]

_CAMPAIGNS: Final = Listing(Campaigns.all, "a campaign")
_MESSAGE: Final = SENT.first("msgId")
_VERBS: Final = ("SENT", "SUPPRESSED", "OPENED", "CLICKED", "BOUNCED", "OPT_OUT", "SPAM")
_SOURCES: Final = KeyNames(frozenset(), plain_above=1, otherwise="<source>")
"""Visits are counted by where they came from."""

_NO_FILE: Final = "f-00000000-0000-4000-8000-000000000000"

CHECKS: Final = (
    lists(_CAMPAIGNS, "What is told of a campaign in the listing?"),
    asks(Campaigns.get, "What is told of one campaign?", campaign_id=_CAMPAIGNS.first()),
    asks(Campaigns.get, "How is an unknown campaign refused?", "unknown campaign", campaign_id="99999999"),
    asks(Seo.keywords, "What is told of the search words?"),
    asks(Seo.report, "What does a report on search words hold, where nothing is named?"),
    asks(Reports.message, "What is counted of a sent message?", message_id=_MESSAGE),
    *(
        asks(
            Reports.message_drilldown,
            f"What is told of a recipient by the verb {verb}?",
            f"verb {verb}",
            message_id=_MESSAGE,
            drilldown=verb,
            count=5,
        )
        for verb in _VERBS
    ),
    asks(Reports.messages_by_period, "Which month is reported on where none is named?", "without a period"),
    asks(Reports.messages_by_period, "What is counted of a day of a month?", "a month", period="2401"),
    asks(Reports.media, "What is counted of a media file?", media_id=MEDIA.first()),
    asks(Reports.media_messages, "What is told of the messages of a media file?", media_id=MEDIA.first()),
    asks(Reports.media_views, "What is told of a visitor of a media file?", media_id=MEDIA.first()),
    asks(Reports.media_timeline, "What is told of a day of a media file?", media_id=MEDIA.first()),
    asks(Reports.form, "What is counted of a form?", form_id=FORMS.first()),
    asks(Reports.page, "What is counted of a landing page?", key_names=_SOURCES, page_id=PAGES.first()),
    asks(Reports.message, "How is an unknown message refused?", "unknown message", message_id=NO_MESSAGE),
    asks(
        Reports.message_drilldown,
        "How are the recipients of an unknown message refused?",
        "unknown message",
        message_id=NO_MESSAGE,
        drilldown="SENT",
        count=5,
    ),
    asks(Reports.media, "How is an unknown media file refused?", "unknown media file", media_id=_NO_FILE),
    asks(Reports.form, "How is an unknown form refused?", "unknown form", form_id=_NO_FILE[2:]),
    asks(Reports.page, "How is an unknown landing page refused?", "unknown page", page_id="p-fffffff0"),
)
