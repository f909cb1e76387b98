"""Media files and links."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Media"]


class Media(Handler, api.Media):
    """Carries out ``media.*``."""
