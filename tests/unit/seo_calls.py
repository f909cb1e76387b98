"""Sample calls of the rows of ``seo``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

SEO: list[Call] = []
