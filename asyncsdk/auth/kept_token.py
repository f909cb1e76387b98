"""Kept token: the JSON form in which a store keeps a token, with its owner."""

from __future__ import annotations

from asyncsdk.auth.token_store import belongs_to
from asyncsdk.auth.tokens import Token
from asyncsdk.files.json_file import Content

__all__ = ["content_of", "token_in"]


def content_of(token: Token, owner: str) -> Content:
    """The token and its owner, as they are kept."""
    return Content.of(
        {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "expires_at": token.expires_at,
            "owner": owner,
        }
    )


def token_in(content: Content, owner: str) -> Token | None:
    """The token kept for this owner; None if it is another's, or damaged."""
    kept = content.mapping()
    if kept is None or not belongs_to(owner, kept.get("owner", "")):
        return None
    token = Token(kept.get("access_token", ""), kept.get("refresh_token"), kept.get("expires_at"))
    return token.usable_parts() if token.is_usable() else None
