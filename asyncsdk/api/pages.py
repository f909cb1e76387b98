"""Landing pages."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["LandingPages"]


class LandingPages(Resource):
    """Landing pages."""
