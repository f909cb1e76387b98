"""The fields of the audience's contacts."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Schema"]


class Schema(Resource):
    """The fields of the audience's contacts."""
