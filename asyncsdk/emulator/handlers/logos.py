"""Logos, which messages show."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Logos"]


class Logos(Handler, api.Logos):
    """Carries out ``logos.*``."""
