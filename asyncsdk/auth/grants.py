"""OAuth 2.0 grants: the three ways to get the first token. Source: Act-On documentation, OAuth 2.0."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import ClassVar, Protocol
from urllib.parse import urlencode

from attrs import field, fields, frozen, has

from asyncsdk.http.hosts import US
from asyncsdk.redaction import masked_repr

__all__ = ["CodeGrant", "Grant", "PasswordGrant", "RefreshGrant", "is_text", "part_that_is_no_text"]


class Grant(Protocol):
    """A way to get a token for the first time."""

    @property
    def client_id(self) -> str:
        """The id of the integration."""
        ...

    @property
    def client_secret(self) -> str:
        """Its secret."""
        ...

    def login(self) -> Mapping[str, str] | None:
        """The form of a login, which counts against the logins of the hour; None if it cannot log in."""
        ...

    def first_refresh_token(self) -> str | None:
        """A refresh token that the caller brought along."""
        ...

    def owner(self) -> str:
        """A name for whom the token belongs to, without anything secret in it."""
        ...


@frozen
class PasswordGrant:
    """Log in as a user: for programs of your own."""

    client_id: str
    client_secret: str = field(repr=False)
    username: str = field(repr=masked_repr)
    password: str = field(repr=False)

    def login(self) -> Mapping[str, str] | None:
        """The form of a login."""
        return {
            "grant_type": "password",
            "username": self.username,
            "password": self.password,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def first_refresh_token(self) -> str | None:
        """None: a login gives the first one."""
        return None

    def owner(self) -> str:
        """A name for whom the token belongs to."""
        return _fingerprint("password", self.client_id, self.username)


@frozen
class CodeGrant:
    """Use the code that Act-On sent to your callback, once: for programs that others give access to."""

    client_id: str
    client_secret: str = field(repr=False)
    code: str = field(repr=False)
    redirect_uri: str

    SCOPE: ClassVar = "PRODUCTION"

    @staticmethod
    def authorize_url(client_id: str, redirect_uri: str, state: str | None = None, base_url: str = US) -> str:
        """Where to send the user, who comes back to ``redirect_uri`` with ``code`` and ``state``.

        Args:
            client_id: the id of your integration.
            redirect_uri: your callback, as registered with Act-On's support.
            state: a random text that comes back unchanged: compare it, so that nobody else's code is used.
            base_url: the host.
        """
        query = {
            "response_type": "code",
            "scope": CodeGrant.SCOPE,
            "client_id": client_id,
            "redirect_uri": redirect_uri,
        }
        if state is not None:
            query["state"] = state
        return f"{base_url.rstrip('/')}/authorize?{urlencode(query)}"

    def login(self) -> Mapping[str, str] | None:
        """The form of a login."""
        return {
            "grant_type": "authorization_code",
            "code": self.code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def first_refresh_token(self) -> str | None:
        """None: a login gives the first one."""
        return None

    def owner(self) -> str:
        """A name for whom the token belongs to."""
        return _fingerprint("code", self.client_id, self.code)


@frozen
class RefreshGrant:
    """Start from a refresh token that was got elsewhere; it cannot log in."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def login(self) -> Mapping[str, str] | None:
        """None: without a password or a code there is no login."""
        return None

    def first_refresh_token(self) -> str | None:
        """The refresh token."""
        return self.refresh_token

    def owner(self) -> str:
        """A name for whom the token belongs to."""
        return _fingerprint("refresh", self.client_id, self.refresh_token)


def part_that_is_no_text(grant: Grant) -> str | None:
    """The name of the first field of a grant that is not a text, so that it cannot be sent; None if all are."""
    kind: type = type(grant)
    names = [each.name for each in fields(kind)] if has(kind) else []
    return next((name for name in names if not is_text(getattr(grant, name))), None)


def is_text(value: object) -> bool:
    """Whether a value is a text without lone surrogates."""
    return isinstance(value, str) and value.encode("utf-8", "replace") == value.encode("utf-8", "surrogatepass")


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
