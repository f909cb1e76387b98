"""Transactional mail."""

from __future__ import annotations

from asyncsdk.route import Resource

__all__ = ["Transactional"]


class Transactional(Resource):
    """Transactional mail."""
