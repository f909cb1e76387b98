"""Routes of ``programs``: automated programs. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from asyncsdk import models
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Programs"]


class Programs(Resource):
    """Programs, which Act-On carries out by itself."""

    @route.get("/api/1/program", shape=Shape.CAPTURED)
    async def all(self, *, type: models.ProgramType) -> models.Programs:
        """List the account's programs of one type by folder.

        Args:
            type: which programs; required by the older documentation, while the newer one does not say.
        """
