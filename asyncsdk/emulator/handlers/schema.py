"""The fields of the audience's contacts."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Schema"]


class Schema(Handler, api.Schema):
    """Carries out ``schema.*``."""
