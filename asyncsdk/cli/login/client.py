"""Client of a login: the id and the secret of the integration, never taken from arguments, which others can see."""

from __future__ import annotations

import getpass
import sys

from attrs import field, frozen

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.kept_login import KeptLogin, read_login
from asyncsdk.cli.login.sources import variable
from asyncsdk.cli.login.state_folder import made_state_folder
from asyncsdk.cli.output.streams import STDERR
from asyncsdk.http.hosts import US
from asyncsdk.transport.connection import Connection, Timeout

__all__ = ["LoginClient", "login_client"]


@frozen
class LoginClient:
    """Client of a login, and its server."""

    server: str
    client_id: str
    client_secret: str = field(repr=False)


def login_client() -> LoginClient:
    """The client: of the environment, or of the login before, whose server is asked again, or as the user types it.

    Raises:
        Failure: something is missing, or cannot be used.
        OSError: the state folder cannot be used.
    """
    named = variable("BASE_URL").rstrip("/")
    server = named or US
    try:
        Connection(server, Timeout(), None)
    except ValueError:
        raise Failure(Exit.BAD_INPUT, "ACTON_BASE_URL must be an http or https address, without a query.") from None
    if variable("CLIENT_ID") or variable("CLIENT_SECRET"):
        missing = [f"ACTON_{name}" for name in ("CLIENT_ID", "CLIENT_SECRET") if not variable(name)]
        if missing:
            raise Failure(Exit.CREDENTIALS, f"Missing from the environment: {', '.join(missing)}.")
        return _checked(LoginClient(server, variable("CLIENT_ID"), variable("CLIENT_SECRET")))
    before = _login_before()
    if before is not None and named in {"", before.server}:
        return LoginClient(before.server, before.client_id, before.client_secret)
    return _checked(_asked(server))


def _login_before() -> KeptLogin | None:
    try:
        return read_login(made_state_folder())
    except Failure as failure:
        if failure.code is Exit.CREDENTIALS:  # damaged: a login puts it right
            return None
        raise


def _asked(server: str) -> LoginClient:
    """What the user types; the secret is not shown."""
    if not (sys.stdin.isatty() and STDERR.isatty()):
        raise Failure(
            Exit.CREDENTIALS,
            "Missing from the environment: ACTON_CLIENT_ID, ACTON_CLIENT_SECRET. On a terminal they are asked for.",
        )
    try:
        STDERR.write("Client id: ")
        STDERR.flush()
        if not (client_id := sys.stdin.readline().strip()):
            raise EOFError
        return LoginClient(server, client_id, getpass.getpass("Client secret: ").strip())
    except EOFError:
        raise Failure(Exit.CREDENTIALS, "A client id and its secret are needed.") from None
    except UnicodeDecodeError:  # the terminal's encoding is another one
        raise Failure(Exit.CREDENTIALS, "The client id or the client secret is no line of text.") from None


def _checked(client: LoginClient) -> LoginClient:
    for what, value in (("client id", client.client_id), ("client secret", client.client_secret)):
        if not value or not value.isprintable():
            raise Failure(Exit.CREDENTIALS, f"The {what} is no line of text.")
    return client
