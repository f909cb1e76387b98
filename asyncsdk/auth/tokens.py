"""Who am I: tokens, and the three ways to get the first one. Source: Act-On documentation, OAuth 2.0."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from math import inf
from typing import Any, ClassVar, Final, Protocol
from urllib.parse import urlencode

from attrs import evolve, field, fields, frozen, has

from asyncsdk import clock
from asyncsdk.masking import masked_repr

__all__ = [
    "EU",
    "US",
    "CodeGrant",
    "Grant",
    "PasswordGrant",
    "RefreshGrant",
    "RefreshToken",
    "Token",
    "is_text",
    "part_that_is_no_text",
]

US = "https://api.actonsoftware.com"
"""The default host; it serves every account."""

EU = "https://api-eu.actonsoftware.com"
"""The host whose traffic stays on machines in the EU."""


LONGEST_LIFE: Final = 366 * 86_400.0
"""Seconds: an expiry further away is a mistake, such as of a clock, and counts as not known."""

_BEARER: Final = re.compile(r"[!-~]+")
"""What a header can carry: visible characters of ASCII."""

_REFRESH: Final = re.compile(r"[ -~]+")
"""What RFC 6749 lets a refresh token consist of."""


@frozen
class RefreshToken:
    """A refresh token, in an object whose repr hides it."""

    value: str = field(repr=False)
    """The token itself."""

    def fingerprint(self) -> str:
        """A name for it from which it cannot be had back."""
        return hashlib.sha256(self.value.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@frozen(cache_hash=True)
class Token:
    """A bearer token, and what is needed to renew it."""

    access_token: str = field(repr=False)
    """What calls carry."""

    refresh_token: str | None = field(default=None, repr=False)
    """Good for one renewal, which gives the next."""

    expires_at: float | None = None
    """Seconds since 1970, UTC; None: not known."""

    @classmethod
    def from_answer(cls, body: Mapping[str, Any]) -> Token:
        """Read the answer of ``/token``; its ``expires_in`` is relative, so it is made absolute at once."""
        try:
            expires_in = float(body["expires_in"])
        except (KeyError, OverflowError, TypeError, ValueError):
            expires_in = inf
        access_token, refresh_token = body["access_token"], body.get("refresh_token")
        return cls(
            # What is no text is no token; making one of it is not worth its depth.
            access_token=access_token if isinstance(access_token, str) else "",
            refresh_token=refresh_token if isinstance(refresh_token, str) else None,
            # Without an expiry that makes sense, it is used until it is refused.
            expires_at=clock.wall() + expires_in if 0 <= expires_in <= LONGEST_LIFE else None,
        ).usable_parts()

    def is_usable(self) -> bool:
        """Whether a header can carry it: it has no line end, no blank, and nothing but ASCII."""
        return _fits(self.access_token, _BEARER)

    def usable_parts(self) -> Token:
        """The same without a refresh token or an expiry that cannot be one."""
        return evolve(
            self,
            refresh_token=self.refresh_token if _fits(self.refresh_token, _REFRESH) else None,
            expires_at=self.expires_at if _is_time(self.expires_at) else None,
        )

    def refresh(self) -> RefreshToken | None:
        """What it is renewed with."""
        return RefreshToken(self.refresh_token) if self.refresh_token else None

    def seconds_left(self) -> float:
        """Seconds until it expires; infinite where that is not known."""
        return inf if self.expires_at is None else self.expires_at - clock.wall()


def _fits(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -1e12 < value < 1e12


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
    """The first field of a grant that cannot be sent, by its name; for the grants of this module and their like."""
    kind: type = type(grant)
    names = [each.name for each in fields(kind)] if has(kind) else []
    return next((name for name in names if not is_text(getattr(grant, name))), None)


def is_text(value: object) -> bool:
    """Whether it is a text, without half characters."""
    return isinstance(value, str) and value.encode("utf-8", "replace") == value.encode("utf-8", "surrogatepass")


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
