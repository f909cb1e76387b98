"""Search engine optimisation."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Seo"]


class Seo(Handler, api.Seo):
    """Carries out ``seo.*``."""
