"""Forms."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Forms"]


class Forms(Resource):
    """Forms."""
