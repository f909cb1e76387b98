"""Routes of ``campaigns``: the campaigns of an account. Source: Act-On's published OpenAPI, Email Campaign API."""

from __future__ import annotations

from asyncsdk.http.messages import Json
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Campaigns"]


class Campaigns(Resource):
    """Campaigns; what the API tells of them is not published."""

    @route.get("/api/1/campaigns", shape=Shape.GUESSED)
    async def all(self) -> Json:
        """List the account's campaigns; the shape of the answer is not published."""

    @route.get("/api/1/campaigns/{campaign_id}", shape=Shape.GUESSED)
    async def get(self, campaign_id: str) -> Json:
        """Read one campaign; the shape of the answer is not published.

        Args:
            campaign_id: the campaign.
        """
