"""Login conflict detection: another program that logs in as the same user ends this session's tokens."""

from __future__ import annotations

import logging
from typing import Final

from asyncsdk import clock
from asyncsdk.auth.tokens import Token

__all__ = ["LoginConflicts"]

_log = logging.getLogger("asyncsdk")

WINDOW: Final = 2 * 3_600.0
"""Seconds in which two lost tokens are no accident: twice the life of a token. One may be lost with an answer."""


class LoginConflicts:
    """The tokens that a session lost before their time; warns of the second one, once."""

    def __init__(self) -> None:
        self._last: Token | None = None
        self._last_at: float | None = None
        self._warned = False

    def note_login(self, lost: Token | None) -> None:
        """Note that a login is needed.

        Args:
            lost: the token that it replaces, which was refused or could not be refreshed; None: the first login.
        """
        if lost is None or lost == self._last or not _should_be_good(lost):
            return
        now, before = clock.monotonic(), self._last_at
        self._last, self._last_at = lost, now
        if before is not None and now - before < WINDOW and not self._warned:
            self._warned = True
            _log.warning(
                "Another program seems to log in as the same user: this session lost two tokens before their time."
                " Each login ends the tokens of the others, and Act-On takes few logins an hour. Let the programs"
                " share one login: by one FileStore on one machine, by asyncsdk.fleet on several.",
                extra={"acton_event": "login_conflict"},
            )


def _should_be_good(token: Token) -> bool:
    """Whether a token that nobody else ends needs no login to replace it."""
    return token.refresh_token is not None or token.seconds_left() > 0
