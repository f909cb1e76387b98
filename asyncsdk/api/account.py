"""Routes of ``account``: the account, its users and senders.

Source: Act-On developer documentation, Account API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Effect
from asyncsdk.routing import decorators as route
from asyncsdk.routing.encoders import require_sequence
from asyncsdk.routing.markers import EncodedBy, InJson
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Account"]


_PASSWORD: Final = range(6, 31)
"""How many characters a password may have."""


def _by_email(emails: Any) -> list[dict[str, str]]:
    return [{"email": email} for email in _members("emails", emails, str)]


def _members(name: str, given: object, kind: type) -> Sequence[Any]:
    """A sequence that names something, each member of one kind, and none of them empty."""
    members = require_sequence(name, given)
    if not members:
        raise InvalidArgument(f"{name} must not be empty.")
    for member in members:
        if not isinstance(member, kind) or (isinstance(member, str) and not member.strip()):
            raise InvalidArgument(f"Each of {name} must be {kind.__name__}, and not empty.")
    return members


def _can_be_created(arguments: Mapping[str, Any]) -> None:
    for user in _members("users", arguments["users"], models.NewUser):
        if len(user.password) not in _PASSWORD:
            raise InvalidArgument(f"A password has 6 to 30 characters; this one has {len(user.password)}.")


class Account(Resource):
    """The account, its users and senders."""

    @route.get("/api/1/account", shape=Shape.CAPTURED)
    async def get(self) -> models.AccountInfo:
        """Tell which account and user the token belongs to.

        Documented, and used by every public client, but absent from the published OpenAPI.
        """

    @route.post("/api/1/user", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED, check=_can_be_created)
    async def create_users(self, *, users: InJson[Sequence[models.NewUser]]) -> list[models.UserOutcome]:
        """Create users; each succeeds or fails by itself, with HTTP 200 either way.

        Args:
            users: the users to create.
        """

    @route.post("/api/1/user/delete", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete_users(
        self, *, emails: Annotated[InJson[Sequence[str]], EncodedBy(_by_email)]
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
