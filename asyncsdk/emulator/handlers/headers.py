"""Headers of messages."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.handlers.fragments import FragmentHandlers
from asyncsdk.emulator.server.responses import Reply
from asyncsdk.emulator.state.fragments import HeaderRepository

__all__ = ["Headers"]


class Headers(Handler, api.Headers):
    """Carries out ``headers.*``; all answers are guesses."""

    @property
    def _rows(self) -> FragmentHandlers:
        return FragmentHandlers(self.platform.repository(HeaderRepository), "header")

    def all(self) -> Reply:
        """List all headers at once."""
        return self._rows.all()

    async def get(self, header_id: str) -> Reply:
        """Tell of a header."""
        return self._rows.get(header_id)

    async def add(self, *, title: str, html: str | None = None, text: str | None = None) -> Reply:
        """Add a header."""
        return self._rows.add(title, html, text)

    async def update(
        self, header_id: str, *, title: str | None = None, html: str | None = None, text: str | None = None
    ) -> Reply:
        """Change a header."""
        return self._rows.update(header_id, title, html, text)

    async def delete(self, header_id: str) -> Reply:
        """Delete a header."""
        return self._rows.delete(header_id)
