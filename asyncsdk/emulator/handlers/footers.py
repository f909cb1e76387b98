"""Footers of messages."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Footers"]


class Footers(Handler, api.Footers):
    """Carries out ``footers.*``."""
