"""``asyncsdk whoami``: the account and the user that commands work for."""

from __future__ import annotations

from collections.abc import Iterator

from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.login.sources import source_words
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.models import AccountInfo

__all__ = ["show_user"]


async def show_user(terminal: Terminal, *, emulator: bool) -> int:
    """Print whose account it is, and where the token comes from; this makes one call."""
    source = source_words(emulator=emulator)
    async with open_session(emulator=emulator) as acton:
        account = await acton.account.get()
    value = {
        "account_id": account.account_id,
        "account_name": account.account_name,
        "user_name": account.user_name,
        "user_email": account.user_email,
        "token_from": source,
    }
    terminal.result(value, _lines(account, source))
    return Exit.DONE


def _lines(account: AccountInfo, source: str) -> Iterator[str]:
    yield f"Account:    {account.account_id} {account.account_name or ''}".rstrip()
    yield f"User:       {' '.join(filter(None, [account.user_name, account.user_email])) or 'not told'}"
    yield f"Token from: {source}"
