"""HTML preview of a message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from asyncsdk.emulator.state.messages import Content

__all__ = ["preview"]

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


def preview(content: Content, header: str, footer: str, values: Mapping[str, str]) -> bytes:
    """The page, with the values of a record, by heading, filled in."""

    def filled(text: str) -> str:
        return _FIELD.sub(lambda found: values.get(found[1].strip(), found[0]), text)

    page = _PAGE.format(header=header, html=filled(content.html), footer=footer, text=escape(filled(content.text)))
    return page.encode()
