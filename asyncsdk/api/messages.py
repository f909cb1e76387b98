"""Messages: drafts, templates, and what was sent."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Messages"]


class Messages(Resource):
    """Messages: drafts, templates, and what was sent."""
