"""Transactional mail."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.handlers.handler import Handler

__all__ = ["Transactional"]


class Transactional(Handler, api.Transactional):
    """Carries out ``transactional.*``."""
