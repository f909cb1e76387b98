"""Handlers of ``campaigns.*``."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.examples.reports import CAMPAIGNS
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal

__all__ = ["Campaigns"]


class Campaigns(Handler, api.Campaigns):
    """Carries out ``campaigns.*``; all shapes are guesses."""

    async def all(self) -> Reply:
        """List the example campaigns."""
        return [dict(each) for each in CAMPAIGNS]

    async def get(self, campaign_id: str) -> Reply:
        """Give one of them."""
        for each in CAMPAIGNS:
            if each["id"] == campaign_id:
                return dict(each)
        raise refusal(UNPUBLISHED, "Invalid campaign id")
