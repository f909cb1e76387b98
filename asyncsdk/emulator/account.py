"""Emulated account: its state, as programs and the console see and change it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asyncsdk.emulator.account_data import AccountData
from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.faults import Faults
from asyncsdk.emulator.server.request_log import Calls
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.jobs import job_number
from asyncsdk.emulator.validators import InvalidArgument, a_text

__all__ = ["EmulatedAccount"]


class EmulatedAccount(AccountData):
    """An account of the emulator: its rules, its data, its clock, its faults and the calls that it got.

    Args:
        settings: the platform's rules and the account's data.
        clock: what every delay, expiry and window is counted by.
    """

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        super().__init__(Settings() if settings is None else settings)
        self.clock: Clock = Clock() if clock is None else clock
        self.faults: Faults = Faults()
        self.calls: Calls = Calls()
        self.token_file: Path | None = None
        """A file in which programs may keep their token, so that they log in once; the environment names it."""

    @property
    def credentials(self) -> dict[str, str]:
        """The arguments of a ``PasswordGrant`` that it accepts."""
        settings = self.settings
        return {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "username": settings.username,
            "password": settings.password,
        }

    def most_in_any_second(self) -> int:
        """The most API and token calls that arrived within any one second."""
        return self.calls.most_in_any_second()

    async def settle(self) -> None:
        """Wait until every job has done its work, whatever the clock says of it."""
        await self.platform.jobs.settle()

    async def reset(self, *, tokens: bool = False) -> None:
        """Reset the account: everything is as in a new emulator, under the same URL.

        Data, calls, faults, the clock's lead and what was counted for the limits are forgotten, also in ``db``.
        The work of jobs is cancelled, and awaited. A call that hangs is cut, one that waits is answered, and a
        download that is under way breaks off. Settings stay as they are.

        Tests that share an emulator begin so, in an emulator that is started once for a module::

            @pytest_asyncio.fixture(scope="module", loop_scope="module")
            async def shared_server():
                async with Emulator() as server:
                    yield server

            @pytest_asyncio.fixture(loop_scope="module")
            async def acton_server(shared_server):
                await shared_server.reset()
                return shared_server

        Args:
            tokens: whether to revoke all tokens as well, so that clients must log in again. Those of users that
                were created go in any case, with their users.
        """
        await self.platform.reset(tokens=tokens)
        self.faults.clear()
        self.calls.clear()
        self.clock.reset()

    def spend_day(self, left: int = 0) -> None:
        """Spend the calls of this day (UTC), but so many: the next ones beyond are refused.

        Raises:
            InvalidArgument: the settings have no limit a day, or ``left`` is more than it.
        """
        self.platform.rate_limits.spend_day(self.clock.now(), left)

    def spend_logins(self, left: int = 0) -> None:
        """Spend the logins of this hour, but so many.

        Raises:
            InvalidArgument: the settings have no limit an hour, or ``left`` is more than it.
        """
        self.platform.rate_limits.spend_logins(self.clock.now(), left)

    async def finish_job(self, job_id: int | str) -> None:
        """Finish a job: its work has ended before this returns, whatever the clock says; also one that is stalled.

        Work that cannot be done, since its list is gone, leaves a job that has failed.

        Raises:
            InvalidArgument: there is no such job, it has ended, a fault lets it fail, or its file is gone, as it
                is after a restart with ``db``.
        """
        await self.platform.jobs.finish(_job_number(job_id))

    def stall_job(self, job_id: int | str) -> None:
        """Stall a job: it runs without an end, until it is finished or failed.

        Work that has begun is carried on, so that rows may be there before the job is done.

        Raises:
            InvalidArgument: there is no such job, it has ended, or a fault lets it fail.
        """
        self.platform.jobs.stall(_job_number(job_id))

    async def fail_job(self, job_id: int | str, text: str = "The job has failed") -> None:
        """Fail a job that is pending, running or stalled: its status says the text from now on.

        Its work is cancelled before this returns. Rows that it has written by then stay in their list, as do
        rejected ones in their file; a list that it was to create never shows.

        Raises:
            InvalidArgument: there is no such job, or it has ended.
        """
        await self.platform.jobs.fail(_job_number(job_id), a_text("text", text))

    def issue_token(self) -> dict[str, Any]:
        """A new pair of tokens, as the answer to a grant has it; no login is spent."""
        return self.platform.tokens.issue()

    def authorization_code(self, redirect_uri: str) -> str:
        """A code as the authorize page gives it to the callback."""
        return self.platform.tokens.code(redirect_uri)

    def revoke_access_tokens(self) -> None:
        """Make every access token unknown from now on."""
        self.platform.tokens.revoke("access")

    def revoke_refresh_tokens(self) -> None:
        """Make every refresh token unknown from now on."""
        self.platform.tokens.revoke("refresh")


def _job_number(job_id: object) -> int:
    """The number of a job, of its id as the API gives it or as a number."""
    is_whole = isinstance(job_id, int) and not isinstance(job_id, bool)
    number = job_number(str(job_id)) if is_whole or isinstance(job_id, str) else None
    if number is None:
        raise InvalidArgument(f"A job's id is a number such as 15959711, not {str(job_id)[:40]!r}.")
    return number
