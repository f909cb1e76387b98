"""Search engine optimisation."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Seo"]


class Seo(Resource):
    """Search engine optimisation."""
