"""Diagrams in the pages: an SVG of ours becomes a part of the page, and so is light or dark as the page is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["with_diagrams"]

_IMAGE: Final = re.compile(r"^!\[[^\]\n]*\]\((?P<path>[^)\s:]+\.svg)\)$", re.MULTILINE)
"""An image that stands alone in its line; a code host shows it as it is."""

_OURS: Final = 'class="diagram"'


def with_diagrams(text: str, folder: Path) -> str:
    """A page with the text of each diagram in the place of its image, so that its title and description are read.

    Args:
        text: the page, in Markdown.
        folder: where the page's source lies; paths of images are relative to it.
    """

    def drawn(image: re.Match[str]) -> str:
        source = folder / image["path"]
        svg = source.read_text(encoding="utf-8").strip() if source.is_file() else ""
        return f"<figure>\n{svg}\n</figure>" if _OURS in svg.partition(">")[0] else image[0]

    return _IMAGE.sub(drawn, text)
