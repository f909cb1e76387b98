"""Images in the account's library."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Images"]


class Images(Handler, api.Images):
    """Carries out ``images.*``."""
