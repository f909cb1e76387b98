"""Automated programs."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Programs"]


class Programs(Handler, api.Programs):
    """Carries out ``programs.*``."""
