"""Campaigns."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Campaigns"]


class Campaigns(Handler, api.Campaigns):
    """Carries out ``campaigns.*``."""
