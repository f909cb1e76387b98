"""OAuth 2.0 tokens: the bearer token and the refresh token. Source: Act-On documentation, OAuth 2.0."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from math import inf
from typing import Any, Final

from attrs import evolve, field, frozen

from asyncsdk import clock

__all__ = ["LONGEST_LIFE", "RefreshToken", "Token", "same_bearer"]

LONGEST_LIFE: Final = 366 * 86_400.0
"""Seconds: an expiry further away is a mistake, such as of a clock, and counts as not known."""


_BEARER: Final = re.compile(r"[!-~]+")
"""Bearer tokens that a header can carry: visible characters of ASCII."""


_REFRESH: Final = re.compile(r"[ -~]+")
"""Refresh tokens as RFC 6749 allows them."""


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
    """The bearer token, which calls carry."""

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
            # A value that is not a text is not a token: it is not converted.
            access_token=access_token if isinstance(access_token, str) else "",
            refresh_token=refresh_token if isinstance(refresh_token, str) else None,
            # Without an expiry that makes sense, it is used until it is refused.
            expires_at=clock.wall() + expires_in if 0 <= expires_in <= LONGEST_LIFE else None,
        ).usable_parts()

    def is_usable(self) -> bool:
        """Whether a header can carry the token: it is ASCII, without blanks and line ends."""
        return _fits(self.access_token, _BEARER)

    def usable_parts(self) -> Token:
        """The token without its refresh token or its expiry, where these are not usable."""
        return evolve(
            self,
            refresh_token=self.refresh_token if _fits(self.refresh_token, _REFRESH) else None,
            expires_at=self.expires_at if _is_time(self.expires_at) else None,
        )

    def refresh(self) -> RefreshToken | None:
        """The refresh token, if there is one."""
        return RefreshToken(self.refresh_token) if self.refresh_token else None

    def seconds_left(self) -> float:
        """Seconds until it expires; infinite where that is not known."""
        return inf if self.expires_at is None else self.expires_at - clock.wall()


def same_bearer(token: Token, other: Token | None) -> bool:
    """Whether calls with either of the two carry the same bearer token."""
    return other is not None and token.access_token == other.access_token


def _fits(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -1e12 < value < 1e12
