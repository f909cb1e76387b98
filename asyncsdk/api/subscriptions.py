"""Routes of ``subscriptions``: subscription categories. Source: Act-On developer documentation, Contact API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from asyncsdk import models
from asyncsdk.http.messages import Effect
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import Maximum, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Subscriptions"]


class Subscriptions(Resource):
    """The kinds of mail that each address gets."""

    @route.get("/api/1/subscription/optout", shape=Shape.DOCUMENTED)
    def opt_outs(
        self,
        category: str,
        *,
        count: Annotated[int | None, Maximum(1000)] = None,
        offset: int | None = None,
    ) -> Pages[models.CategoryOptOut]:
        """List the addresses that opted out of one category.

        Args:
            category: the category's name.
            count: how many to a page, at most 1,000.
            offset: how many to skip.
        """

    @route.get("/api/1/subscription/category", shape=Shape.DOCUMENTED)
    async def categories(self) -> list[models.Category]:
        """List the account's categories."""

    @route.get("/api/1/subscription/category", shape=Shape.DOCUMENTED)
    async def opt_ins(self, email: str) -> list[models.Category]:
        """List the categories that an address opted into by its own word.

        Args:
            email: the address.
        """

    @route.put("/api/1/subscription/optout", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def set(self, *, email: str, category: str, action: models.SubscriptionAction) -> models.Outcome:
        """Opt an address into one category, or out of it.

        Args:
            email: the address.
            category: the category's name.
            action: which of the two; always sent, because sources disagree on the default.
        """

    @route.put("/api/1/subscription/setcategories", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def set_all(
        self, *, email: str, categories: Annotated[Sequence[str], WireName("category")]
    ) -> models.Outcome:
        """Opt an address into these categories and out of all others.

        Args:
            email: the address.
            categories: the categories' names; an empty sequence opts out of all.
        """
