"""Logos, which messages show."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Logos"]


class Logos(Resource):
    """Logos, which messages show."""
