"""Footers of messages."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.answer import Reply
from asyncsdk.emulator.fragmentbook import FooterBook
from asyncsdk.emulator.handlers.fragment_rows import FragmentRows
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Footers"]


class Footers(Handler, api.Footers):
    """Carries out ``footers.*``; all answers are guesses."""

    @property
    def _rows(self) -> FragmentRows:
        return FragmentRows(self.platform.book(FooterBook), "footer")

    def all(self) -> Reply:
        """List all footers at once."""
        return self._rows.all()

    async def get(self, footer_id: str) -> Reply:
        """Tell of a footer."""
        return self._rows.get(footer_id)

    async def add(self, *, title: str, html: str | None = None, text: str | None = None) -> Reply:
        """Add a footer."""
        return self._rows.add(title, html, text)

    async def update(
        self, footer_id: str, *, title: str | None = None, html: str | None = None, text: str | None = None
    ) -> Reply:
        """Change a footer."""
        return self._rows.update(footer_id, title, html, text)

    async def delete(self, footer_id: str) -> Reply:
        """Delete a footer."""
        return self._rows.delete(footer_id)
