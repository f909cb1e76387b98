"""Segments of the audience."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Segments"]


class Segments(Handler, api.Segments):
    """Carries out ``segments.*``."""
