"""Custom data: objects of the account's own making."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["CustomData"]


class CustomData(Handler, api.CustomData):
    """Carries out ``custom_data.*``."""
