"""Footers of messages."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Footers"]


class Footers(Resource):
    """Footers of messages."""
