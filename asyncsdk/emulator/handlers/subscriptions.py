"""Handlers of ``subscriptions.*``: subscription categories."""

from __future__ import annotations

from collections.abc import Sequence

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler, page
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.models import SubscriptionAction

__all__ = ["Subscriptions"]


class Subscriptions(Handler, api.Subscriptions):
    """Carries out ``subscriptions.*``."""

    def opt_outs(self, category: str, *, count: int | None = None, offset: int | None = None) -> Reply:
        """List the addresses that opted out of a category."""
        self._known(category)
        start = offset or 0
        found = self.platform.subscriptions.unwanted(category, 1000 if count is None else count, start)
        result = [{"email": email, "timestamp": since} for email, since in found]
        return page(result, start, self.platform.subscriptions.unwanted_total(category))

    async def categories(self) -> Reply:
        """List the categories."""
        return [dict(category) for category in self.platform.settings.categories]

    async def opt_ins(self, email: str) -> Reply:
        """List the categories that an address opted in to."""
        wanted = self.platform.subscriptions.wanted(email)
        return [
            {name: category[name] for name in ("id", "name", "description") if name in category}
            for category in self.platform.settings.categories
            if category["name"] in wanted
        ]

    async def set(self, *, email: str, category: str, action: SubscriptionAction) -> Reply:
        """Opt in to a category, or out; the text of an opt-out is a guess."""
        self._known(category)
        wanted = action == "optin"
        self.platform.subscriptions.say(email, category, wanted)
        word = "OptIn" if wanted else "OptOut"
        return success(f"{word} entry added for subscription category : {category}")

    async def set_all(self, *, email: str, categories: Sequence[str]) -> Reply:
        """Opt in to these categories, and out of all others."""
        for name in categories:
            self._known(name)
        for category in self.platform.settings.categories:
            self.platform.subscriptions.say(email, category["name"], category["name"] in categories)
        return success(f"Entry added for subscription categories : [{', '.join(categories)}]")

    def _known(self, category: str) -> None:
        """Refuse an unknown category; the answer is a guess."""
        if self.platform.category(category) is None:
            raise refusal(UNPUBLISHED, "Invalid subscription category")
