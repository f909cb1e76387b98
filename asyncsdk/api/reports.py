"""Reports on messages, media, forms and pages."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Reports"]


class Reports(Resource):
    """Reports on messages, media, forms and pages."""
