"""Footers of messages."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.handlers.fragments import FragmentHandlers
from asyncsdk.emulator.server.responses import Reply
from asyncsdk.emulator.state.fragments import FooterRepository

__all__ = ["Footers"]


class Footers(Handler, api.Footers):
    """Carries out ``footers.*``; all answers are guesses."""

    @property
    def _rows(self) -> FragmentHandlers:
        return FragmentHandlers(self.platform.repository(FooterRepository), "footer")

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
