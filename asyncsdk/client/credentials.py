"""Credentials check: a session is refused a grant or a token that cannot be sent."""

from __future__ import annotations

from typing import cast

from asyncsdk.auth.grants import Grant, part_that_is_no_text
from asyncsdk.auth.tokens import Token
from asyncsdk.errors import InvalidArgument

__all__ = ["check_credentials"]


def check_credentials(grant: Grant | None, token: Token | None) -> None:
    """Check what a session gets its token from.

    Raises:
        InvalidArgument: there is neither a grant nor a token, or one that cannot be sent.
    """
    if grant is None and token is None:
        raise InvalidArgument("A session needs a grant, such as PasswordGrant(...), or a token.")
    if token is not None and not (isinstance(cast("object", token), Token) and token.is_usable()):
        raise InvalidArgument(
            "A token must be visible ASCII characters, without blanks: does this one end in the line end of its"
            " file? Nothing was sent."
        )
    if grant is not None and (part := part_that_is_no_text(grant)) is not None:
        raise InvalidArgument(f"{type(grant).__name__}.{part} is no text that can be sent. Nothing was sent.")
