"""The environment of a program that opens its session by ``Session.from_env``."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress

import pytest

from asyncsdk import Session
from asyncsdk.emulator import Emulator
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.fast_servers import FAST_SERVERS
from asyncsdk.testing import environment

CHILD = """
import asyncio
from asyncsdk import Session

async def main():
    async with Session.from_env() as acton:
        print((await acton.account.get()).account_id)

asyncio.run(main())
"""


async def test_from_env_finds_the_emulator(acton_environment: Mapping[str, str], acton_server: Emulator) -> None:
    """Code that opens its own session reaches the emulator, and the fixture gives the variables."""
    async with Session.from_env() as acton:
        await acton.account.get()
    assert [call.route for call in acton_server.calls] == ["token", "account.get"]
    assert acton_environment["ACTON_BASE_URL"] == acton_server.url
    assert {name: os.environ[name] for name in acton_environment} == dict(acton_environment)


async def test_such_a_session_is_fast(
    acton_fast: None, acton_environment: Mapping[str, str], acton_server: Emulator
) -> None:
    """A session that the code under test opens is fast, too."""
    assert FAST_SERVERS.has(acton_environment["ACTON_BASE_URL"])
    async with Session.from_env() as acton:
        for _ in range(20):
            await acton.account.get()
    assert acton_server.most_in_any_second() > 5


async def test_other_variables_are_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that lead elsewhere are removed, and all are as before at the end, also after an error."""
    monkeypatch.setenv("ACTON_TOKEN_FILE", "/nowhere")
    monkeypatch.setenv("ACTON_CLIENT_ID", "mine")
    monkeypatch.setenv("OTHER_CLIENT_ID", "mine")
    before = dict(os.environ)
    async with Emulator() as server:
        with suppress(ZeroDivisionError), environment(server) as variables:
            there = {name for name in os.environ if name.startswith("ACTON_")}
            assert there == set(variables)
            assert os.environ["OTHER_CLIENT_ID"] == "mine"
            os.environ["ACTON_REDIS_URL"] = "redis://localhost"
            raise ZeroDivisionError
        assert dict(os.environ) == before
        with environment(server, "OTHER_"):
            assert os.environ["ACTON_CLIENT_ID"] == "mine"
            async with Session.from_env("OTHER_") as acton:
                await acton.account.get()


@pytest.mark.slow
async def test_a_child_process_finds_the_emulator(
    acton_environment: Mapping[str, str], acton_server: Emulator
) -> None:
    """A process that the code under test starts uses the emulator as well."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, stdout=asyncio.subprocess.PIPE)
    printed, _ = await child.communicate()
    assert printed.decode().strip() == str(acton_server.settings.account_id)


async def test_an_empty_prefix_is_refused(acton_server: Emulator) -> None:
    """It would remove every variable of the process for as long as the test runs."""
    before = dict(os.environ)
    with pytest.raises(InvalidArgument, match="prefix"), environment(acton_server, ""):
        pass
    assert dict(os.environ) == before
