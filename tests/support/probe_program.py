"""Program that probes an account by one check, with a record of the lists that it makes: for tests that kill it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from asyncsdk import Limits, Session
from asyncsdk.probe import ALL_CHECKS, ProbedAccount, ProbeRun, make_plan
from asyncsdk.probe.budget import CallBudget
from asyncsdk.probe.left_lists import account_name
from asyncsdk.probe.made_lists import MadeLists


async def probe(url: str, token: str, folder: str, name: str) -> None:
    """Carry out the check with this name."""
    check = next(each for each in ALL_CHECKS if each.name == name)
    async with Session(token=token, base_url=url, limits=Limits(calls_per_second=1_000_000)) as acton:
        account = ProbedAccount(acton, CallBudget(1_000))
        account.made = MadeLists.begin(Path(folder), await account_name(account))
        await ProbeRun(account, make_plan([check], {check.access}, 1_000)).carry_out()
        account.made.close()


if __name__ == "__main__":
    asyncio.run(probe(*sys.argv[1:]))
