"""``asyncsdk login``: signs in with a browser, and keeps the token for the commands that follow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.authorization import AuthorizationCode, AuthorizationRequest, NotThisLogin
from asyncsdk.cli.login.browser import open_browser
from asyncsdk.cli.login.exchange import exchange_code
from asyncsdk.cli.login.kept_login import login_path
from asyncsdk.cli.login.redirect_listener import RedirectListener, redirect_listener
from asyncsdk.cli.login.redirect_uri import REDIRECT_URI, loopback_address
from asyncsdk.cli.login.sources import winning_variables
from asyncsdk.cli.login.state_folder import made_state_folder
from asyncsdk.cli.output.terminal import Terminal

if TYPE_CHECKING:
    from asyncsdk.cli.login.client import LoginClient

__all__ = ["LoginRequest", "login"]

SECONDS: Final = 300.0
"""Seconds that a person has to sign in."""

NextLine = Callable[[], Awaitable[str | None]]
"""Gives the next line that a person pastes; None when there will be none."""


@frozen
class LoginRequest:
    """Arguments of the command."""

    redirect_uri: str = REDIRECT_URI

    listen: bool = True
    """Whether to receive the browser's answer on the port of the redirect URI, if that is one of this machine."""

    browser: bool = False
    """Whether to open the address in the desktop's browser."""

    seconds: float = SECONDS
    """How long to wait for the answer."""


async def login(terminal: Terminal, client: LoginClient, request: LoginRequest, next_line: NextLine | None) -> int:
    """Sign in, keep the token, and tell whose account it is.

    Args:
        terminal: the output.
        client: the client.
        request: the arguments.
        next_line: gives the lines that a person pastes; None: nobody can.
    """
    folder = made_state_folder()
    with ExitStack() as stack:
        address = loopback_address(request.redirect_uri)
        listener: RedirectListener | None = None
        if address is not None and request.listen:
            listener = stack.enter_context(redirect_listener(address))
        redirect_uri = request.redirect_uri if listener is None else listener.redirect_uri
        asked = AuthorizationRequest(client.server, client.client_id, redirect_uri)
        code = await _wait_for_code(terminal, asked, request, listener, next_line)
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


async def _wait_for_code(
    terminal: Terminal,
    asked: AuthorizationRequest,
    request: LoginRequest,
    listener: RedirectListener | None,
    next_line: NextLine | None,
) -> AuthorizationCode:
    """Show the address, and wait for the answer that comes first.

    Raises:
        Failure: none came, or the server gave no access.
    """
    if listener is None and next_line is None:
        raise Failure(Exit.BAD_INPUT, "The answer comes to another machine, and nobody can paste it: give --paste.")
    terminal.notice("Open this address in a browser, and sign in to Act-On:")
    terminal.notice(asked.url)
    if next_line is not None:
        when = "Then paste" if listener is None else "If the browser cannot come back to this machine, paste"
        terminal.notice(f"{when} the address that it ends at, or the code in it, and press Enter.")
    if request.browser:
        open_browser(asked.url)
    try:
        async with asyncio.timeout(request.seconds):
            return await _first(_ways(terminal, asked, listener, next_line))
    except TimeoutError:
        raise Failure(Exit.CREDENTIALS, f"Nobody has signed in within {request.seconds:,.0f} s.") from None


def _ways(
    terminal: Terminal,
    asked: AuthorizationRequest,
    listener: RedirectListener | None,
    next_line: NextLine | None,
) -> Iterator[Coroutine[Any, Any, AuthorizationCode | None]]:
    if listener is not None:
        yield listener.receive(asked.code_from_query)
    if next_line is not None:
        yield _pasted_code(terminal, asked, next_line)


async def _first(ways: Iterable[Coroutine[Any, Any, AuthorizationCode | None]]) -> AuthorizationCode:
    """The first code; the other ways are ended."""
    tasks = {asyncio.create_task(way) for way in ways}
    waiting = tasks
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if (code := task.result()) is not None:
                    return code
        raise Failure(Exit.CREDENTIALS, "No code was pasted, so nobody is signed in.")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pasted_code(
    terminal: Terminal, asked: AuthorizationRequest, next_line: NextLine
) -> AuthorizationCode | None:
    """The code of the first line that holds one; None if there is no such line."""
    while (line := await next_line()) is not None:
        try:
            return asked.code_from_text(line)
        except NotThisLogin as error:
            terminal.notice(f"{error} Paste the address once more.")
    return None
