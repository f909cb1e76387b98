"""Media files and links."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Media"]


class Media(Resource):
    """Media files and links."""
