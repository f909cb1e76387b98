"""Contacts of the whole account."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Audience"]


class Audience(Resource):
    """Contacts of the whole account."""
