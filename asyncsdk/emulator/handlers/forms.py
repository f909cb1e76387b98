"""Forms."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Forms"]


class Forms(Handler, api.Forms):
    """Carries out ``forms.*``."""
