"""Images in the account's library."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Images"]


class Images(Resource):
    """Images in the account's library."""
