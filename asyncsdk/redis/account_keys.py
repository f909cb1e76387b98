"""Keys of an account in Redis: ``asyncsdk:{acme}:token``. The braces keep them in one slot of a cluster."""

from __future__ import annotations

import re
from typing import Final

from asyncsdk.errors import InvalidArgument

__all__ = ["account_key", "account_of", "checked_account", "checked_name", "is_name"]

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")


def is_name(text: str) -> bool:
    """Whether a text can be a part of keys that stands in braces."""
    return _NAME.fullmatch(text) is not None


def checked_name(name: object, what: str, example: str) -> str:
    """A name, as it stands in keys.

    Args:
        name: what was given.
        what: what it names, for the message.
        example: one that could be, for the message.

    Raises:
        InvalidArgument: it is no such name. An e-mail address is none either: keys are seen by many.
    """
    if not isinstance(name, str) or not is_name(name):
        raise InvalidArgument(
            f"The name of {what} must be 1 to 100 letters, digits, '.', '_' and '-', such as '{example}'."
            " It is a name of your own, part of the keys in Redis, and no e-mail address."
        )
    return name


def checked_account(account: object) -> str:
    """The name of an account, as it stands in keys.

    Raises:
        InvalidArgument: it is no such name.
    """
    return checked_name(account, "an account", "acme")


def account_key(account: str, part: str) -> str:
    """The key of one part of what an account has in Redis."""
    return f"asyncsdk:{{{account}}}:{part}"


def account_of(key: str, part: str) -> str | None:
    """The account whose part a key is; None if it is no such key."""
    account = key.removeprefix("asyncsdk:{").removesuffix(f"}}:{part}")
    return account if is_name(account) and account_key(account, part) == key else None
