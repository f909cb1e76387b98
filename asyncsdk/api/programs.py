"""Automated programs."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Programs"]


class Programs(Resource):
    """Automated programs."""
