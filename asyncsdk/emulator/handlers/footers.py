"""Handlers of ``footers.*``: footers of messages."""

from __future__ import annotations

from typing import ClassVar

from asyncsdk import api
from asyncsdk.emulator.handlers.fragments import FragmentHandlers
from asyncsdk.emulator.http.responses import Reply
from asyncsdk.emulator.state.fragments import FooterRepository, FragmentRepository

__all__ = ["Footers"]


class Footers(FragmentHandlers, api.Footers):
    """Carries out ``footers.*``; all answers are guesses."""

    REPOSITORY: ClassVar[type[FragmentRepository]] = FooterRepository
    NOUN: ClassVar[str] = "footer"

    async def get(self, footer_id: str) -> Reply:
        """Tell of a footer."""
        return self._get(footer_id)

    async def update(
        self, footer_id: str, *, title: str | None = None, html: str | None = None, text: str | None = None
    ) -> Reply:
        """Change a footer."""
        return self._update(footer_id, title, html, text)

    async def delete(self, footer_id: str) -> Reply:
        """Delete a footer."""
        return self._delete(footer_id)
