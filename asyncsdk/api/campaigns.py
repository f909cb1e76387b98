"""Campaigns."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Campaigns"]


class Campaigns(Resource):
    """Campaigns."""
