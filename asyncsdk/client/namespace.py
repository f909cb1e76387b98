"""Namespace of the client: a resource whose methods may take more than one call."""

from __future__ import annotations

from asyncsdk.client.caller import Caller
from asyncsdk.routing.resource import Resource

__all__ = ["Namespace"]


class Namespace(Resource):
    """Base of the namespaces that add methods to those of the table.

    Args:
        caller: the call engine, all of it: a route needs only two of its methods.
    """

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller)
        self._calls = caller
