"""Token store protocol: where the token and the usage counts are kept between sessions.

A store remembers whose token it keeps, so that a token of one user is never used for another.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeGuard

from asyncsdk.auth.tokens import Token
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.protocol import SessionLimiter
from asyncsdk.limits.tally import Tally

__all__ = ["LimitingStore", "TokenStore", "belongs_to", "has_limiter"]


class TokenStore(Protocol):
    """Token store, as a session needs one."""

    async def load(self, owner: str = "") -> Token | None:
        """The token kept for this owner; None if there is no token, or if it is another owner's."""
        ...

    async def save(self, token: Token, owner: str = "") -> None:
        """Keep the token; it is safe when this returns."""
        ...

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Hold the right to renew the token, which only one session has at a time."""
        ...

    async def count(self, tally: Tally) -> Tally:
        """Add to the usage counts; gives all of them."""
        ...


class LimitingStore(TokenStore, Protocol):
    """Token store with a rate limiter: sessions that share the store share the limits as well."""

    def limiter(self, limits: Limits) -> SessionLimiter:
        """A rate limiter for one session on this store, which closes it; a loop need not run yet.

        Args:
            limits: what the account is allowed.
        """
        ...


def has_limiter(store: TokenStore) -> TypeGuard[LimitingStore]:
    """Whether sessions take their limiter from a store."""
    return callable(getattr(store, "limiter", None))


def belongs_to(owner: str, kept_for: object) -> bool:
    """Whether a token that was kept for one owner may be given to another; an empty name fits every owner."""
    return not owner or not kept_for or owner == kept_for
