"""HTML preview of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from attrs import evolve

from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.fragments import FooterRepository, HeaderRepository
from asyncsdk.emulator.state.messages import Content
from asyncsdk.emulator.state.recipients import list_of

__all__ = ["filled", "framed", "preview", "record_values"]

_PAGE: Final = """<!DOCTYPE html>
<html>
<head>
<title>Message Preview</title>
<script src="/acton/ng-ui/vendor/jquery/jquery.min.js"></script>
<script>
function showHTML() {{ $("#textversion").hide(); $("#htmlversion").show(); }}
function showText() {{ $("#htmlversion").hide(); $("#textversion").show(); }}
</script>
</head>
<body>
<div id="htmlversion">{header}{html}{footer}</div>
<div id="textversion" style="display:none"><pre>{text}</pre></div>
</body>
</html>
"""

_FIELD: Final = re.compile(r"\{\{([^{}\n]+)\}\}")
"""The placeholder of a column in a message; a guess."""


def filled(content: Content, values: Mapping[str, str]) -> Content:
    """The content with the values of a record, by heading, in the places of its columns."""

    def put(text: str) -> str:
        return _FIELD.sub(lambda found: values.get(found[1].strip(), found[0]), text)

    return evolve(content, subject=put(content.subject), html=put(content.html), text=put(content.text))


def framed(platform: AccountState, content: Content) -> tuple[str, str]:
    """The HTML of a message's header, and of its footer; empty where it has none."""
    header = content.header and platform.repository(HeaderRepository).get(content.header)
    footer = content.footer and platform.repository(FooterRepository).get(content.footer)
    return header.html if header else "", footer.html if footer else ""


def record_values(platform: AccountState, record_id: str) -> Mapping[str, str] | None:
    """The values of a record by heading; None if there is no such record."""
    listed = platform.lists.find(list_of(record_id))
    record = None if listed is None else platform.records.by_id(listed, record_id)
    if listed is None or record is None:
        return None
    return {column.heading: cell for column, cell in zip(listed.columns, record.cells, strict=True)}


def preview(content: Content, header: str, footer: str, values: Mapping[str, str]) -> bytes:
    """The page as the API gives it, with the values of a record, by heading, filled in."""
    shown = filled(content, values)
    return _PAGE.format(header=header, html=shown.html, footer=footer, text=escape(shown.text)).encode()
