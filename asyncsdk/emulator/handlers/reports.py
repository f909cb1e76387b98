"""Reports on messages, media, forms and pages."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Reports"]


class Reports(Handler, api.Reports):
    """Carries out ``reports.*``."""
