"""Kept login: who is signed in, in a file of the state folder, and the token in a token file beside it.

The token file's name says whose token it holds, so that the two files fit together at any moment, also for a
process that is killed between two writes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import asdict, field, frozen

from asyncsdk.auth.kept_token import content_of
from asyncsdk.auth.tokens import Token
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.files.json_file import Content, read, write

__all__ = ["KeptLogin", "forget_login", "keep_login", "login_path", "read_login"]

LONGEST: Final = 64 * 1024
"""Bytes: no file of a login is longer."""

_TOKEN_FILE: Final = re.compile(r"token-[0-9a-f]{32}\.json")

_SECRET_FILE: Final = re.compile(r"login\.json|token-[0-9a-f]{32}\.json|\.(login|token-[0-9a-f]{32})\.json\.\w{8}")
"""Files that hold secrets; the last ones are those of a writer that was killed."""

_FIELDS: Final = ("server", "client_id", "client_secret", "account")


@frozen
class KeptLogin:
    """Grant of a kept login: it renews the token, and cannot log in, which takes a person and a browser."""

    server: str
    """The API's address; the token is sent to no other one."""

    client_id: str
    """The id of the integration."""

    client_secret: str = field(repr=False)
    """Its secret, without which no token is renewed."""

    account: str
    """The number of the account."""

    def login(self) -> Mapping[str, str] | None:
        """None: the code was used."""
        return None

    def first_refresh_token(self) -> str | None:
        """None: the token file has it."""
        return None

    def owner(self) -> str:
        """A name for whom the token belongs to."""
        parts = ("login", self.server, self.client_id, self.account)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def token_path(self, folder: Path) -> Path:
        """The token file, in the state folder."""
        return folder / f"token-{self.owner()}.json"


def login_path(folder: Path) -> Path:
    """The file that says who is signed in."""
    return folder / "login.json"


def read_login(folder: Path) -> KeptLogin | None:
    """Who is signed in; None if nobody is. The folder was checked before.

    Raises:
        Failure: the file is damaged.
        OSError: it cannot be read.
    """
    content = read(login_path(folder), LONGEST)
    if content is None:
        return None
    kept = content.mapping() or {}
    if not all(_is_line(kept.get(name)) for name in _FIELDS):
        raise Failure(
            Exit.CREDENTIALS,
            f"{login_path(folder)} is damaged. Sign in again: asyncsdk login.",
        )
    return KeptLogin(*(kept[name] for name in _FIELDS))


def keep_login(folder: Path, login: KeptLogin, token: Token) -> None:
    """Keep a login and its token in place of another one; on the disk when this returns.

    Nothing here is awaited, so that no signal that cancels a command comes between the two files.
    """
    write(login.token_path(folder), content_of(token, login.owner()))
    write(login_path(folder), Content.of(asdict(login)))
    for other in _files(folder, _TOKEN_FILE):
        if other != login.token_path(folder):
            other.unlink(missing_ok=True)


def forget_login(folder: Path) -> bool:
    """Remove the login and every token; gives whether there was any. Counts of calls and logins stay."""
    secret = _files(folder, _SECRET_FILE)
    login_path(folder).unlink(missing_ok=True)  # first: a token alone is of no use to any command
    for path in secret:
        path.unlink(missing_ok=True)
    return secret != []


def _files(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    return [path for path in folder.iterdir() if pattern.fullmatch(path.name)]


def _is_line(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value != ""
