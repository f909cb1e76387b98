"""Messages: drafts, templates, and what was sent."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Messages"]


class Messages(Handler, api.Messages):
    """Carries out ``messages.*``."""
