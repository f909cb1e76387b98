"""Handlers of ``headers.*``: headers of messages."""

from __future__ import annotations

from typing import ClassVar

from asyncsdk import api
from asyncsdk.emulator.handlers.fragments import FragmentHandlers
from asyncsdk.emulator.http.responses import Reply
from asyncsdk.emulator.state.fragments import FragmentRepository, HeaderRepository

__all__ = ["Headers"]


class Headers(FragmentHandlers, api.Headers):
    """Carries out ``headers.*``; all answers are guesses."""

    REPOSITORY: ClassVar[type[FragmentRepository]] = HeaderRepository
    NOUN: ClassVar[str] = "header"

    async def get(self, header_id: str) -> Reply:
        """Tell of a header."""
        return self._get(header_id)

    async def update(
        self, header_id: str, *, title: str | None = None, html: str | None = None, text: str | None = None
    ) -> Reply:
        """Change a header."""
        return self._update(header_id, title, html, text)

    async def delete(self, header_id: str) -> Reply:
        """Delete a header."""
        return self._delete(header_id)
