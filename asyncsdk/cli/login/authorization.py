"""Authorization request of the code grant, and the answer that the browser brings back.

Source: RFC 6749, section 4.1; the state is section 10.12.
"""

from __future__ import annotations

import re
import secrets
from hmac import compare_digest
from typing import Final
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

from asyncsdk.auth.grants import CodeGrant
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.redaction import message_text

__all__ = ["LONGEST_ANSWER", "AuthorizationCode", "AuthorizationRequest", "NotThisLogin"]

LONGEST_ANSWER: Final = 4_000
"""Characters of an answer: a longer one is none."""

_MOST_FIELDS: Final = 20

_LONGEST_WORDS: Final = 200
"""Characters that are told of what the server says."""

_FIELDS: Final = re.compile(r"(?:^|[?&])(?:code|state|error)=")
"""What tells an answer from a code, which may end in ``=``."""

_CODE: Final = re.compile(r"[!-~]{1,2000}")
"""Visible characters of ASCII."""


class NotThisLogin(Exception):
    """The answer does not belong to this login: it is left out, and the login waits on."""


@frozen
class AuthorizationCode:
    """Authorization code, in an object whose repr hides it."""

    value: str = field(repr=False)


@frozen
class AuthorizationRequest:
    """Authorization request: where a person consents, and what comes back."""

    server: str
    """The API's address."""

    client_id: str
    """The id of the integration."""

    redirect_uri: str
    """Where the browser is sent back to."""

    state: str = field(repr=False, factory=lambda: secrets.token_urlsafe(32))
    """A random text that comes back unchanged, so that nobody else's code is used."""

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        return CodeGrant.authorize_url(self.client_id, self.redirect_uri, self.state, self.server)

    def code_from_query(self, query: str) -> AuthorizationCode:
        """The code in the query of the address that the browser was sent back to.

        Raises:
            NotThisLogin: it has no code, or belongs to another login.
            Failure: the server gives no access.
        """
        if len(query) > LONGEST_ANSWER:
            raise NotThisLogin("The answer is too long.")
        try:
            fields = parse_qs(query, max_num_fields=_MOST_FIELDS, errors="replace")
        except ValueError:
            raise NotThisLogin("The answer cannot be read.") from None
        states = fields.get("state", [])
        if len(states) != 1 or not compare_digest(states[0].encode("utf-8", "replace"), self.state.encode()):
            raise NotThisLogin("The answer belongs to another login: its state is not the one of this login.")
        if "error" in fields:
            words = ": ".join([*fields["error"][:1], *fields.get("error_description", [])[:1]])
            raise Failure(Exit.CREDENTIALS, f"Act-On gave no access: {message_text(words, _LONGEST_WORDS)}")
        codes = fields.get("code", [])
        if len(codes) != 1:
            raise NotThisLogin("The answer holds no code.")
        return _checked(codes[0])

    def code_from_text(self, text: str) -> AuthorizationCode:
        """The code that a person has pasted: alone, or within the whole address, whose state is checked then.

        Raises:
            NotThisLogin: it holds no code, or belongs to another login.
            Failure: the server gives no access.
        """
        text = text.strip()
        if not text:
            raise NotThisLogin("Nothing was pasted.")
        if "://" not in text and _FIELDS.search(text) is None:
            return _checked(text)
        try:
            query = urlsplit(text).query
        except ValueError:
            raise NotThisLogin("The answer cannot be read.") from None
        return self.code_from_query(query or text.lstrip("?"))


def _checked(code: str) -> AuthorizationCode:
    if _CODE.fullmatch(code) is None:
        raise NotThisLogin("The answer holds no code that can be sent.")
    return AuthorizationCode(code)
