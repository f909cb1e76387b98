"""The account, its users and senders. Source: Act-On developer documentation, Account API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from asyncsdk import models, route
from asyncsdk.message import Effect
from asyncsdk.parameter import InJson, Spelled
from asyncsdk.route import Resource, Shape

__all__ = ["Account"]


def _by_email(emails: Sequence[str]) -> list[dict[str, str]]:
    return [{"email": email} for email in emails]


class Account(Resource):
    """The account, its users and senders."""

    @route.get("/api/1/account", shape=Shape.CAPTURED)
    async def get(self) -> models.AccountInfo:
        """Tell which account and user the token belongs to.

        Documented, and used by every public client, but absent from the published OpenAPI.
        """

    @route.post("/api/1/user", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED)
    async def create_users(self, *, users: InJson[Sequence[models.NewUser]]) -> list[models.UserOutcome]:
        """Create users; each succeeds or fails by itself, with HTTP 200 either way.

        Args:
            users: the users to create.
        """

    @route.post("/api/1/user/delete", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete_users(
        self, *, emails: Annotated[InJson[Sequence[str]], Spelled(_by_email)]
    ) -> list[models.UserOutcome]:
        """Delete users; each succeeds or fails by itself, with HTTP 200 either way.

        Args:
            emails: the users' addresses, each spelled out.
        """

    @route.delete("/api/1/user/{email}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete_user(self, email: str) -> models.Outcome:
        """Delete one user.

        Args:
            email: the user's address.
        """

    @route.get("/api/1/account/senders", shape=Shape.GUESSED)
    async def senders(self) -> list[models.Sender]:
        """List the addresses that the account may send from; the shape of one is not published."""
