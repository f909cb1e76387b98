"""OAuth tokens: the three grants, rotation, expiry and revocation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.http.responses import Answer, gateway, oauth
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.rate_limits import RateLimits
from asyncsdk.emulator.state.users import UserRepository

__all__ = ["TokenIssuer"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tokens (
    value TEXT PRIMARY KEY, kind TEXT NOT NULL, client TEXT NOT NULL, user TEXT NOT NULL,
    expires REAL NOT NULL, family TEXT NOT NULL);
"""

CODE_LIFE = 600.0


class TokenIssuer:
    """Issues tokens and recognises them."""

    TABLE: ClassVar[str] = "tokens"

    def __init__(
        self, store: Database, settings: Settings, clock: Clock, rate_limits: RateLimits, users: UserRepository
    ) -> None:
        self._store = store
        store.define(_SCHEMA)
        self._settings = settings
        self._clock = clock
        self._rate_limits = rate_limits
        self._users = users

    def token(self, fields: Mapping[str, str]) -> Answer:
        """Answer ``POST /token``; the fields may come from the body or the query."""
        settings = self._settings
        if (fields.get("client_id"), fields.get("client_secret")) != (
            settings.client_id,
            settings.client_secret,
        ):
            return oauth(401, "access_denied", "Unauthorized")
        grants = {
            "password": self._by_password,
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
        }
        grant = grants.get(fields.get("grant_type", ""))
        if grant is None:  # what the platform says to this is not published
            return oauth(403, "unsupported_grant_type", "Unsupported grant type.")
        if not settings.api_enabled:  # status and envelope are guesses, the word is known
            return oauth(403, "access_denied", "PUBLIC_API_FEATURE_NOT_ENABLED")
        if grant != self._by_refresh and not self._rate_limits.admits_login(self._clock.now()):
            return Answer(dict(settings.too_many_logins), 429)
        return grant(fields)

    def authorize(self, query: Mapping[str, str]) -> Answer:
        """Answer ``GET /authorize``: there is no login page, and consent is given at once."""
        known = query.get("client_id") == self._settings.client_id
        target = query.get("redirect_uri", "")
        if query.get("response_type") != "code" or not known or not target:
            return gateway(400, "Bad Request", "Invalid authorization request")
        answer = {"code": self.code(target)}
        if "state" in query:
            answer["state"] = query["state"]
        joint = "&" if "?" in target else "?"
        return Answer(
            b"", 302, headers={"Location": f"{target}{joint}{urlencode(answer)}"}, content_type="text/html"
        )

    def code(self, redirect_uri: str) -> str:
        """A code that can be used once, as the authorize page gives it to the callback."""
        code = uuid.uuid4().hex[:30]
        self._keep(code, "code", redirect_uri, self._clock.now() + CODE_LIFE)
        return code

    def issue(self, user: str | None = None) -> dict[str, Any]:
        """A new pair of tokens, as the answer to a grant has it."""
        settings = self._settings
        access, refresh, family = str(uuid.uuid4()), str(uuid.uuid4()), uuid.uuid4().hex
        now = self._clock.now()
        with self._store.batch():
            self._keep(access, "access", family, now + settings.token_life, user)
            self._keep(refresh, "refresh", family, now + settings.refresh_life, user)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "scope": "offline-access",
            "token_type": "Bearer",
            "expires_in": int(settings.token_life),
        }

    def user_of(self, authorization: str | None) -> str | None:
        """The user that a bearer acts for; None if it is missing, unknown or expired."""
        scheme, _, value = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = self._store.one(
            "SELECT user FROM tokens WHERE value = ? AND kind = 'access' AND expires > ?",
            value.strip(),
            self._clock.now(),
        )
        return None if found is None else str(found[0])

    def revoke(self, kind: str, authorization: str | None = None) -> None:
        """Kill all ``access`` or ``refresh`` tokens, or the one of an ``Authorization`` header."""
        if authorization is None:
            self._store.run("DELETE FROM tokens WHERE kind = ?", kind)
        else:
            value = authorization.partition(" ")[2].strip()
            self._store.run("DELETE FROM tokens WHERE kind = ? AND value = ?", kind, value)

    def forget_strangers(self) -> None:
        """Forget the tokens of users that there are not."""
        for (user,) in self._store.all("SELECT DISTINCT user FROM tokens"):
            if not self._users.exists(user):
                self._store.run("DELETE FROM tokens WHERE user = ?", user)

    def _by_password(self, fields: Mapping[str, str]) -> Answer:
        username = fields.get("username", "")
        if not self._users.knows(username, fields.get("password", "")):
            return oauth(403, "invalid_grant", "Wrong email or password.")
        return self._login(username)

    def _by_code(self, fields: Mapping[str, str]) -> Answer:
        # A code that fails is not documented; the text is a guess.
        found = self._spend("code", fields.get("code", ""))
        if found is None or found[1] != fields.get("redirect_uri", ""):
            return oauth(403, "invalid_grant", "Invalid authorization code")
        return self._login(self._settings.username)

    def _by_refresh(self, fields: Mapping[str, str]) -> Answer:
        found = self._spend("refresh", fields.get("refresh_token", ""))
        if found is None:
            return oauth(403, "invalid_grant", "Unknown or invalid refresh token.")
        return Answer(self.issue(found[0]))

    def _login(self, user: str) -> Answer:
        self._store.run(
            "DELETE FROM tokens WHERE kind = 'refresh' AND client = ? AND user = ?",
            self._settings.client_id,
            user,
        )
        return Answer(self.issue(user))

    def _spend(self, kind: str, value: str) -> tuple[str, str] | None:
        """Use up a token that can be used once; gives its user and what was kept with it."""
        found = self._store.one(
            "SELECT user, family FROM tokens WHERE value = ? AND kind = ? AND client = ? AND expires > ?",
            value,
            kind,
            self._settings.client_id,
            self._clock.now(),
        )
        if found is None:
            return None
        self._store.run("DELETE FROM tokens WHERE value = ?", value)
        return str(found[0]), str(found[1])

    def _keep(self, value: str, kind: str, family: str, expires: float, user: str | None = None) -> None:
        settings = self._settings
        self._store.run(
            "INSERT INTO tokens (value, kind, client, user, expires, family) VALUES (?, ?, ?, ?, ?, ?)",
            value,
            kind,
            settings.client_id,
            settings.username if user is None else user,
            expires,
            family,
        )
