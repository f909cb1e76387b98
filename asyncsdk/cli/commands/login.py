"""``asyncsdk login``: signs in with a browser, and keeps the token for the commands that follow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from attrs import frozen

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.authorization import AuthorizationCode, AuthorizationRequest, NotThisLogin
from asyncsdk.cli.login.exchange import exchange_code
from asyncsdk.cli.login.kept_login import login_path
from asyncsdk.cli.login.pasted_answer import PastedLines
from asyncsdk.cli.login.sources import winning_variables
from asyncsdk.cli.login.state_folder import made_state_folder
from asyncsdk.cli.output.terminal import Terminal

if TYPE_CHECKING:
    from asyncsdk.cli.login.client import LoginClient

__all__ = ["REDIRECT_URI", "LoginRequest", "login"]

REDIRECT_URI: Final = "http://127.0.0.1:8788/callback"
"""Where the browser is sent back to by default."""


@frozen
class LoginRequest:
    """Arguments of the command."""

    redirect_uri: str = REDIRECT_URI


async def login(
    terminal: Terminal,
    client: LoginClient,
    request: LoginRequest,
    paste: Callable[[], Awaitable[str | None]] | None = None,
) -> int:
    """Sign in, keep the token, and tell whose account it is.

    Args:
        terminal: the output.
        client: the client.
        request: the arguments.
        paste: gives the lines that a person pastes; by default those of standard input.
    """
    folder = made_state_folder()
    asked = AuthorizationRequest(client.server, client.client_id, request.redirect_uri)
    terminal.notice("Open this address in a browser, and sign in to Act-On:")
    terminal.notice(asked.url)
    code = await _pasted_code(terminal, asked, paste or PastedLines().next)
    account = await exchange_code(folder, client, code, asked.redirect_uri)
    name = account.account_name or "without a name"
    user = account.user_name or account.user_email or "a user without a name"
    value = {
        "account_id": account.account_id,
        "account_name": account.account_name,
        "user_name": account.user_name,
        "user_email": account.user_email,
        "kept_in": str(login_path(folder)),
    }
    terminal.result(value, [f"Signed in to account {account.account_id} ({name}) as {user}. Kept in {folder}."])
    if winning := winning_variables():
        terminal.notice(f"Commands do not use it here: {', '.join(winning)} in the environment win.")
    return Exit.DONE


async def _pasted_code(
    terminal: Terminal, asked: AuthorizationRequest, paste: Callable[[], Awaitable[str | None]]
) -> AuthorizationCode:
    terminal.notice("Then paste the address that the browser ends at, or the code in it, and press Enter.")
    while (line := await paste()) is not None:
        try:
            return asked.code_from_text(line)
        except NotThisLogin as error:
            terminal.notice(f"{error} Paste the address once more.")
    raise Failure(Exit.CREDENTIALS, "No code was pasted, so nobody is signed in.")
