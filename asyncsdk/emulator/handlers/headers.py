"""Headers of messages."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Headers"]


class Headers(Handler, api.Headers):
    """Carries out ``headers.*``."""
