"""Headers of messages."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Headers"]


class Headers(Resource):
    """Headers of messages."""
