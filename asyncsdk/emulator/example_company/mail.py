"""Mail of the example company: a draft, a template, messages that were sent, and one that is scheduled."""

from __future__ import annotations

from html import escape
from typing import Final

from attrs import evolve

from asyncsdk.emulator.example_company.company_lists import CUSTOMERS, LEADS, READERS
from asyncsdk.emulator.example_company.timeline import DAY, Timeline
from asyncsdk.emulator.state.messages import Content, MessageRepository, StoredMessage
from asyncsdk.emulator.state.recipients import Audience

__all__ = ["write_mail"]

_PAGE: Final = """<!DOCTYPE html>
<html>
<body style="margin:0;background:#f6f1ea;font-family:Georgia,serif;color:#2b211a">
<div style="max-width:560px;margin:0 auto;padding:32px 24px;background:#fff">
<p style="letter-spacing:2px;font-size:12px;color:#7a5a3a">NORTHFIELD ROASTERY</p>
<h1 style="font-size:26px;font-weight:normal">{title}</h1>
<p>Hello {{{{First Name}}}},</p>
{paragraphs}
<p><a href="{link}" style="background:#7a4a1e;color:#fff;padding:12px 20px;text-decoration:none">{button}</a></p>
<p style="font-size:12px;color:#6b6158">Northfield Roastery, 1 Example Street.<br>
You get this mail because you asked for it.</p>
</div>
</body>
</html>
"""

_LINK: Final = "https://www.example.com/"


def _content(title: str, subject: str, button: str, path: str, *texts: str) -> Content:
    paragraphs = "\n".join(f"<p>{escape(text)}</p>" for text in texts)
    html = _PAGE.format(title=escape(title), paragraphs=paragraphs, link=_LINK + path, button=escape(button))
    plain = "\n\n".join(("Hello {{First Name}},", *texts, f"{button}: {_LINK}{path}"))
    return Content(subject=subject, title=title, html=html, text=plain, folder="Roastery")


_MENU: Final = _content(
    "Spring menu",
    "Four new coffees for spring",
    "See the menu",
    "menu",
    "Four coffees have come in this week: two from Ethiopia, one from Peru, and our first from Timor.",
    "They are roasted on Tuesday and on their way on Wednesday.",
)
_WELCOME: Final = _content(
    "Welcome to Northfield",
    "Your first bag is on us",
    "Choose a coffee",
    "first-bag",
    "Thank you for asking about our coffee for offices and cafés.",
    "Choose any bag: the first one costs nothing, and there is no subscription behind it.",
)
_PRICES: Final = _content(
    "Prices from July",
    "Our prices change on 1 July",
    "See the new prices",
    "prices",
    "Green coffee has become dearer, and so will ours: by about 4 percent.",
    "Orders that you place before 1 July keep today's price.",
)
_OPEN_DAY: Final = _content(
    "Open day",
    "Come and see the roaster",
    "Save a seat",
    "open-day",
    "On Saturday the doors are open from ten to four.",
)


def write_mail(timeline: Timeline) -> None:
    """Write the messages, their deliveries, and what the recipients did."""
    messages = timeline.state.repository(MessageRepository)
    timeline.go_to(60)
    messages.add("template", evolve(_WELCOME, title="Welcome (template)"))
    menu = _send(timeline, _MENU, Audience([READERS.id], once=True), 40)
    _react(timeline, menu, READERS.id, opened=110, clicked=38, bounced=3, opted_out=2)
    welcome = _send(timeline, _WELCOME, Audience([LEADS.id], once=True), 12)
    _react(timeline, welcome, LEADS.id, opened=64, clicked=21, bounced=2, opted_out=1)
    prices = _send(timeline, _PRICES, Audience([CUSTOMERS.id]), 2)
    _react(timeline, prices, CUSTOMERS.id, opened=31, clicked=9, bounced=1, opted_out=0)
    timeline.go_to(1)
    messages.add("draft", _with_sender(timeline, evolve(_OPEN_DAY, title="Open day (draft)")))
    timeline.go_to(0.1)
    due = int((timeline.now + 3 * DAY) * 1000)
    scheduled = messages.add("sent", _with_sender(timeline, _OPEN_DAY), due)
    messages.launch(scheduled, Audience([READERS.id, CUSTOMERS.id], once=True), due)


def _with_sender(timeline: Timeline, content: Content) -> Content:
    senders = timeline.state.settings.senders
    if not senders:
        return content
    return evolve(content, sender_name=senders[0]["senderName"], sender_email=senders[0]["senderEmail"])


def _send(timeline: Timeline, content: Content, audience: Audience, days_ago: float) -> StoredMessage:
    due = timeline.go_to(days_ago)
    messages = timeline.state.repository(MessageRepository)
    message = messages.add("sent", _with_sender(timeline, content), due)
    messages.launch(message, audience, due)
    return message


def _react(
    timeline: Timeline,
    message: StoredMessage,
    list_id: str,
    *,
    opened: int,
    clicked: int,
    bounced: int,
    opted_out: int,
) -> None:
    """Let the first recipients who were not held back bounce, opt out, open and click, in the two days after."""
    messages = timeline.state.repository(MessageRepository)
    days_ago = timeline.now / DAY - message.time / 1000 / DAY
    reached = _reached(timeline, message, list_id)
    opening = reached[bounced : bounced + opened]
    with timeline.state.store.batch():
        for record in reached[:bounced]:
            messages.bounce(message.id, record, hard=record != reached[0])
        for place, record in enumerate(opening):
            timeline.go_to(days_ago - 1.8 * (place + 1) / len(opening))
            messages.open(message.id, record)
            if place < clicked:
                messages.click(message.id, record, f"{_LINK}menu" if place % 5 else _LINK)
            if place < opted_out:
                messages.opt_out(message.id, record)


def _reached(timeline: Timeline, message: StoredMessage, list_id: str) -> list[str]:
    rows = timeline.state.store.all(
        "SELECT record FROM deliveries WHERE message = ? AND list = ? AND detail = '' ORDER BY number",
        message.number,
        list_id,
    )
    return [str(record) for (record,) in rows]
