"""Session of a command: from environment variables, from the kept login, or on a private emulator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from asyncsdk.auth.file_store import FileStore
from asyncsdk.auth.grants import PasswordGrant
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.sources import LoginInUse, login_in_use, winning_variables
from asyncsdk.errors import AuthenticationFailed, InvalidArgument
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.session import Session

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["open_session", "private_emulator"]

POLLING: Final = PollPolicy(price=0.2)
"""Poll policy for a user who waits: jobs are polled earlier, at the cost of some more calls."""


@asynccontextmanager
async def open_session(
    *, emulator: bool, prepare: Callable[[Emulator], object] | None = None
) -> AsyncGenerator[Session]:
    """Open a session for a command.

    Args:
        emulator: whether to run a private emulator, and to use that.
        prepare: puts into the emulator what the command needs to find there.
    """
    if emulator:
        async with private_emulator() as (server, acton):
            if prepare is not None:
                prepare(server)
            yield acton
        return
    in_use = login_in_use()
    async with _from_environment(in_use) as acton:
        try:
            yield acton
        except AuthenticationFailed as error:
            if in_use is None:
                raise
            # Of the same class: a run that ends so tells how to go on with it.
            raise AuthenticationFailed(
                f"{error.message} Sign in again: asyncsdk login.",
                status=error.status,
                code=error.code,
                request_id=error.request_id,
            ) from error


@asynccontextmanager
async def private_emulator(
    *, job_pending: float = 0.5, job_running: float = 1.0
) -> AsyncGenerator[tuple[Emulator, Session]]:
    """An emulator in this process, and an open session on it.

    Args:
        job_pending: seconds that a job is pending.
        job_running: seconds that it then runs.
    """
    from asyncsdk.emulator import Emulator, Settings

    async with Emulator(Settings(job_pending=job_pending, job_running=job_running)) as server:
        grant = PasswordGrant(**server.credentials)
        async with Session(grant=grant, base_url=server.url, polling=POLLING) as acton:
            yield server, acton


def _from_environment(in_use: LoginInUse | None) -> Session:
    try:
        if in_use is not None:
            login, store = in_use.login, FileStore(in_use.token_path)
            return Session.from_env(polling=POLLING, grant=login, store=store, base_url=login.server)
        return Session.from_env(polling=POLLING)
    except InvalidArgument as error:
        if "base_url" in str(error):
            raise Failure(
                Exit.BAD_INPUT, "ACTON_BASE_URL must be an http or https address, without a query."
            ) from error
        if any(name in str(error) for name in ("CALLS_PER_SECOND", "REDIS_URL", "ACTON_ACCOUNT")):
            raise Failure(Exit.BAD_INPUT, str(error)) from error
        others = "try --emulator, which needs no account."
        others = f"Or {others}" if winning_variables() else f"Sign in with asyncsdk login, or {others}"
        raise Failure(Exit.CREDENTIALS, f"{error} {others}") from error
