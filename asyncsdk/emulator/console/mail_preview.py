"""Mail preview: a response with the HTML of a mail, of which nothing runs and nothing loads.

The console's page shows it in a frame with a sandbox of its own. The response asks for the same by itself, so that
it is as safe in a tab of its own: without scripts, forms, windows and navigation that nobody clicked for, in an
origin that can reach nothing, with inline styles and images from ``data:`` URLs only. Frames are left out: browsers
connect to their hosts before they look whether they may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from aiohttp import web

from asyncsdk.emulator.console.messages import ConsoleRequest
from asyncsdk.emulator.processing.message_preview import filled, framed
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.messages import Content
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["PREVIEW_QUERY", "mail_preview"]

PREVIEW_QUERY: Final = ("part",)
"""The names of a query that asks for a preview."""

_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-DNS-Prefetch-Control": "off",  # links in the mail would be looked up
}
_FRAME: Final = re.compile(r"<(/?)(?=i?frame)", re.IGNORECASE)
"""The beginning of every tag of a frame; a browser knows no other spelling of it."""

_TEXT: Final = '<!DOCTYPE html><meta charset="utf-8"><title>Text</title><pre style="white-space: pre-wrap">{}</pre>'


def mail_preview(
    platform: AccountState, request: ConsoleRequest, content: Content, values: Mapping[str, str]
) -> web.Response:
    """The HTML of a mail with values filled in; with ``part=text``, or where there is no HTML, its text.

    Raises:
        InvalidArgument: another part is asked for.
    """
    part = request.query.get("part", "text" if content.text_only or not content.html else "html")
    if part not in {"html", "text"}:
        raise InvalidArgument(f"part is html or text, not {part[:40]!r}.")
    shown = filled(content, values)
    header, footer = framed(platform, content)
    if part == "text":
        page = _TEXT.format(escape(shown.text))
    else:
        page = _FRAME.sub(r"<\1no-", f"{header}{shown.html}{footer}")
    return web.Response(text=page, content_type="text/html", charset="utf-8", headers=_HEADERS)
