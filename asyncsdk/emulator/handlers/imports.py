"""Imports of contacts into the audience."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Imports"]


class Imports(Handler, api.Imports):
    """Carries out ``imports.*``."""
