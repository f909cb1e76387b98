"""Source of the token of a command: variables of the environment, or else the kept login.

A variable that says where a token comes from wins, also where others are missing beside it: that is an error then,
and never another account.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from attrs import frozen

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.kept_login import KeptLogin, login_path, read_login
from asyncsdk.cli.login.state_folder import is_there, state_folder

__all__ = ["LoginInUse", "login_in_use", "source_words", "variable", "winning_variables"]

_WINNING: Final = ("TOKEN", "REFRESH_TOKEN", "USERNAME", "PASSWORD", "TOKEN_FILE", "REDIS_URL", "ACCOUNT")


@frozen
class LoginInUse:
    """The kept login that commands use."""

    login: KeptLogin
    folder: Path

    @property
    def token_path(self) -> Path:
        """The token file."""
        return self.login.token_path(self.folder)


def variable(name: str) -> str:
    """The value of ``ACTON_<name>``; empty if it is not set. The line end of a file is dropped."""
    return os.environ.get(f"ACTON_{name}", "").rstrip("\r\n")


def winning_variables() -> list[str]:
    """The variables of the environment that win over a kept login, by their whole names."""
    return [f"ACTON_{name}" for name in _WINNING if variable(name)]


def login_in_use() -> LoginInUse | None:
    """The kept login, unless the environment says where a token comes from, or there is none.

    Raises:
        Failure: it cannot be used, or it is for another server than ``ACTON_BASE_URL``.
        OSError: it cannot be read.
    """
    if winning_variables() or os.name != "posix":
        return None
    try:
        folder = state_folder()
    except Failure:  # who has no home folder is not signed in
        return None
    login = read_login(folder) if is_there(folder) else None
    if login is None:
        return None
    server = variable("BASE_URL").rstrip("/")
    if server and server != login.server:
        raise Failure(
            Exit.CREDENTIALS,
            # The other one is not shown: it may hold a password.
            f"The login that is kept is for {login.server}, and ACTON_BASE_URL names another server. Unset it, or"
            " sign in there: asyncsdk login.",
        )
    return LoginInUse(login, folder)


def source_words(*, emulator: bool) -> str:
    """Where the token of a command comes from, for people."""
    if emulator:
        return "a private emulator"
    if (login := login_in_use()) is not None:
        return f"asyncsdk login, kept in {login_path(login.folder)}"
    if variable("TOKEN"):
        return "ACTON_TOKEN"
    if variable("REDIS_URL"):
        return f"the Redis at ACTON_REDIS_URL, where the account is named {variable('ACCOUNT')}"
    if variable("TOKEN_FILE"):
        return f"the token file {variable('TOKEN_FILE')}"
    if variable("REFRESH_TOKEN"):
        return "ACTON_REFRESH_TOKEN"
    return "a login of this command, with the credentials of the environment"
