"""Custom data: objects of the account's own making."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["CustomData"]


class CustomData(Resource):
    """Custom data: objects of the account's own making."""
