"""Imports of contacts into the audience."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Imports"]


class Imports(Resource):
    """Imports of contacts into the audience."""
