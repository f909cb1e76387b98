"""Fleet source: where the limits of an account are kept, as options and environment name it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from asyncsdk.auth.file_store import FileStore
from asyncsdk.cli.commands.task_source import task_source
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.sources import login_in_use
from asyncsdk.cli.output.fleet_report import AccountLook, FleetLook
from asyncsdk.errors import InvalidArgument, StoreFailed
from asyncsdk.redis.account_keys import checked_account

if TYPE_CHECKING:
    from asyncsdk.fleet import Fleet

__all__ = ["Look", "fleet_source"]

_NOWHERE: Final = (
    "Nothing says where the limits are shared: sign in with asyncsdk login, set ACTON_TOKEN_FILE, or"
    " ACTON_REDIS_URL and ACTON_ACCOUNT, or give --token-file FILE."
)

_NO_REDIS: Final = "Set ACTON_REDIS_URL, too: ACTON_ACCOUNT names an account in that Redis."

_NO_ACCOUNT: Final = (
    "Set ACTON_ACCOUNT, too: it names the account in the Redis of ACTON_REDIS_URL. 'asyncsdk fleet --all' shows all"
    " accounts of that Redis."
)

Look: TypeAlias = Callable[[], Coroutine[Any, Any, FleetLook]]
"""Looks at the accounts, and at the queues of tasks.

Raises:
    StoreFailed: what is kept cannot be read.
    FleetUnavailable: Redis does not answer.
"""


@asynccontextmanager
async def fleet_source(
    token_file: Path | None, *, all_accounts: bool, with_tasks: bool = False
) -> AsyncGenerator[Look]:
    """What looks at the accounts: one of a token file, or those of a Redis.

    Args:
        token_file: the token file; by default what the environment names, or that of the kept login.
        all_accounts: all accounts of that Redis, rather than one.
        with_tasks: the queues of tasks in it, too.

    Raises:
        Failure: nothing is configured, or too much.
        FleetUnavailable: Redis does not answer.
        StoreFailed: Redis gives no access.
    """
    url = "" if token_file is not None else _variable("ACTON_REDIS_URL")
    file = token_file or _token_file()
    if url and file is not None:
        raise Failure(Exit.BAD_INPUT, "Set ACTON_REDIS_URL or ACTON_TOKEN_FILE, not both.")
    if url:
        async with _redis_source(url, None if all_accounts else _account(), with_tasks=with_tasks) as look:
            yield look
    elif file is None:
        raise Failure(Exit.BAD_INPUT, _NO_REDIS if _variable("ACTON_ACCOUNT") else _NOWHERE)
    elif all_accounts:
        raise Failure(Exit.BAD_INPUT, "--all is for ACTON_REDIS_URL: a token file is of one account.")
    else:
        yield _file_look(file)


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _token_file() -> Path | None:
    name = _variable("ACTON_TOKEN_FILE")
    if not name:
        in_use = login_in_use()
        return None if in_use is None else in_use.token_path
    try:
        return Path(name).expanduser()
    except RuntimeError:  # there is no such user
        return Path(name)


def _account() -> str:
    """The name of the account.

    Raises:
        Failure: it is missing, or cannot be used.
    """
    if not (account := _variable("ACTON_ACCOUNT")):
        raise Failure(Exit.BAD_INPUT, _NO_ACCOUNT)
    try:
        return checked_account(account)
    except InvalidArgument as error:
        raise Failure(Exit.BAD_INPUT, f"ACTON_ACCOUNT: {error}") from error


def _file_look(path: Path) -> Look:
    store = FileStore(path)

    async def look() -> FleetLook:
        return FleetLook([AccountLook(f"Token file {path}", {"token_file": str(path)}, await store.account_view())])

    return look


@asynccontextmanager
async def _redis_source(url: str, account: str | None, *, with_tasks: bool) -> AsyncGenerator[Look]:
    try:
        from asyncsdk.fleet import Fleet
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise Failure(Exit.BAD_INPUT, 'ACTON_REDIS_URL needs redis-py: pip install "asyncsdk[fleet]".') from None
    try:
        unopened = Fleet.from_url(url)
    except InvalidArgument as error:
        raise Failure(Exit.BAD_INPUT, f"ACTON_REDIS_URL: {error}") from error
    async with unopened as fleet, task_source(url) as tasks:
        names = await fleet.accounts() if account is None else [account]

        async def look() -> FleetLook:
            accounts = [await _account_look(fleet, name, alone=account is not None) for name in names]
            return FleetLook(accounts, await tasks.queues() if with_tasks else None)

        yield look


async def _account_look(fleet: Fleet, account: str, *, alone: bool) -> AccountLook:
    title, where = f"Account {account} in Redis at {fleet.place}", {"account": account}
    try:
        return AccountLook(title, where, await fleet.view(account))
    except StoreFailed as error:  # the others can be looked at nevertheless
        if alone:
            raise
        return AccountLook(title, where, None, str(error))
