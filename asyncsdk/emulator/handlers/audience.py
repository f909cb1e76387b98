"""Contacts of the whole account."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Audience"]


class Audience(Handler, api.Audience):
    """Carries out ``audience.*``."""
