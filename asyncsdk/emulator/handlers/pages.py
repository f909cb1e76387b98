"""Landing pages."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["LandingPages"]


class LandingPages(Handler, api.LandingPages):
    """Carries out ``pages.*``."""
