"""Segments of the audience."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Segments"]


class Segments(Resource):
    """Segments of the audience."""
