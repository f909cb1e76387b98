"""Handlers of ``account.*``: the account, its users and senders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.models import NewUser

__all__ = ["Account"]

_PASSWORD = re.compile(r"[a-zA-Z0-9!@#$%^&*?|]{6,30}")


def _failed(email: str, name: str, text: str, number: int) -> dict[str, Any]:
    return {
        "email": email,
        "status": "error",
        "errorCode": name,
        "errorMessage": text,
        "errorCodeId": number,
    }


class Account(Handler, api.Account):
    """Carries out ``account.*``."""

    async def get(self) -> Reply:
        """Tell which account and user the token belongs to."""
        settings = self.platform.settings
        name, email, kind = self.platform.users.described(self.received.user)
        return {
            "account_id": settings.account_id,
            "cname": "johndoe.actonsoftware.com",
            "user_name": name,
            "user_email": email,
            "account_name": settings.account_name,
            "user_type": kind,
            "isAdmin": email == settings.username,
            "login": email,
            "time_zone": settings.time_zone,
        }

    async def create_users(self, *, users: Sequence[NewUser]) -> Reply:
        """Create users, each for itself."""
        return [self._create(user) for user in users]

    def _create(self, user: NewUser) -> dict[str, Any]:
        # How a failed item looks is known from deletion only; names and numbers are guesses.
        named = user.user_type in {"Marketing", "Sales"} and user.first_name and user.last_name
        if not (named and "@" in user.email and _PASSWORD.fullmatch(user.password)):
            return _failed(user.email, "PUBLIC_USER_INVALID", "User is invalid.", UNPUBLISHED)
        if self.platform.users.exists(user.email):
            return _failed(user.email, "PUBLIC_USER_ALREADY_EXISTS", "User already exists.", UNPUBLISHED)
        self.platform.users.add(user.email, f"{user.first_name} {user.last_name}", user.user_type, user.password)
        created: dict[str, Any] = {"email": user.email, "status": "ok", "privilegeResponses": []}
        if user.confirm:
            created["confirmationEmailResponse"] = {"email": user.email, "status": "ok"}
        return created

    async def delete_users(self, *, emails: Sequence[str]) -> Reply:
        """Delete users, each for itself."""
        return [
            {"email": email, "status": "ok"}
            if self.platform.users.remove(email)
            else _failed(email, "PUBLIC_USER_DOES_NOT_EXIST", "User does not exist.", 10148)
            for email in emails
        ]

    async def delete_user(self, email: str) -> Reply:
        """Delete one user."""
        if not self.platform.users.remove(email):
            # The number is known from the other deletion; that it comes in this envelope is a guess.
            raise refusal(10148, "User does not exist.")
        return success("User deleted")

    async def senders(self) -> Reply:
        """List the addresses that mail may be sent from; the shape is a guess."""
        return [dict(sender) for sender in self.platform.settings.senders]
