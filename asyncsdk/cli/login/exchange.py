"""Code exchange: the code becomes a token, and the token a kept login."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from attrs import frozen

from asyncsdk.auth.file_store import FileStore
from asyncsdk.auth.grants import CodeGrant
from asyncsdk.auth.memory_store import MemoryStore
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.authorization import AuthorizationCode
from asyncsdk.cli.login.client import LoginClient
from asyncsdk.cli.login.kept_login import KeptLogin, keep_login
from asyncsdk.errors import StoreFailed
from asyncsdk.files.file_lock import locked
from asyncsdk.limits.tally import Tally
from asyncsdk.models import AccountInfo
from asyncsdk.session import Session

__all__ = ["LOCK", "PATIENCE", "exchange_code"]

LOCK: Final = "login.lock"
"""The lock file of the state folder: one login or logout writes at a time."""

PATIENCE: Final = 60.0
"""Seconds that another login may take to use its code."""


@frozen
class _Got:
    """A token that nobody has kept yet, the account that it is for, and what it has cost."""

    store: MemoryStore
    grant: CodeGrant
    account: AccountInfo


async def exchange_code(
    folder: Path, client: LoginClient, code: AuthorizationCode, redirect_uri: str
) -> AccountInfo:
    """Use the code, and keep the login; gives whose it is.

    Whichever of two logins asks last is the one that is kept: its tokens are those that Act-On has not ended.

    Raises:
        ActOnError: there is no token; what was kept before stays.
        OSError: it cannot be kept.
    """
    async with locked(folder / LOCK, PATIENCE):
        got = await _got(client, code, redirect_uri)
        login = KeptLogin(client.server, client.client_id, client.client_secret, str(got.account.account_id))
        token = await got.store.load(got.grant.owner())
        if token is None:
            raise Failure(Exit.CREDENTIALS, "Act-On gave a token that cannot be kept.")
        shared = FileStore(login.token_path(folder))
        try:
            await shared.load(login.owner())
        except StoreFailed:  # damaged: it is of no use, and would be kept as somebody else's file
            login.token_path(folder).unlink(missing_ok=True)
        await shared.count(await got.store.count(Tally()))
        async with shared.exclusive():  # a command that renews the old token has kept it before
            keep_login(folder, login, token)
    return got.account


async def _got(client: LoginClient, code: AuthorizationCode, redirect_uri: str) -> _Got:
    store = MemoryStore()
    grant = CodeGrant(client.client_id, client.client_secret, code.value, redirect_uri)
    async with Session(grant=grant, store=store, base_url=client.server) as acton:
        return _Got(store, grant, await acton.account.get())
