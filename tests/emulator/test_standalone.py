"""The server itself: starting, stopping, keeping its state, and running as a program."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import aiohttp
import pytest

from asyncsdk import FileStore, InvalidArgument, PasswordGrant, Session
from asyncsdk.emulator import Clock, Emulator, Settings
from asyncsdk.emulator.standalone import serve
from tests.emulator.driver import Raw


async def test_it_can_be_started_and_stopped_any_number_of_times() -> None:
    """Each start is on a new state when there is no file."""
    server = Emulator()
    for _ in range(2):
        await server.start()
        assert server.list_ids() == {}
        server.add_list("L", ["Email"])
        with pytest.raises(RuntimeError, match="running already"):
            await server.start()
        await server.stop()
    await server.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.url


async def test_a_file_keeps_the_state(tmp_path: Path) -> None:
    """Lists and tokens are there after a restart."""
    file = tmp_path / "acton.db"
    async with Emulator(db=file) as server:
        list_id = server.add_list("L", ["Email"], [["ada@example.com"]])
        token = server.issue_token()["access_token"]
    async with Emulator(db=file) as server, aiohttp.ClientSession() as http:
        raw = Raw(server, http)
        raw.bearer = token
        page = await raw.get(f"/api/1/list/{list_id}")
        assert page.json["data"] == [["l-0001:0", "ada@example.com"]]


async def test_a_job_that_a_stop_interrupts_says_so_afterwards(tmp_path: Path) -> None:
    """It does not stay running for ever."""
    file = tmp_path / "acton.db"
    clock = Clock(lambda: 1_700_000_000.0)
    async with aiohttp.ClientSession() as http:
        async with Emulator(Settings(calls_per_second=None), file, clock=clock) as server:
            rows = "".join(f"{n}@example.com,\n" for n in range(20_000))
            job = (await Raw(server, http).create(rows, headings="N")).json["jobId"]
        clock.advance(10)
        async with Emulator(db=file, clock=clock) as server:
            told = (await Raw(server, http).get(f"/api/1/list/{job}/status")).json
            assert told == {"status": "The job was interrupted"}


@pytest.mark.slow
def test_it_runs_as_a_program(tmp_path: Path) -> None:
    """It prints what a client needs to know, and SIGTERM ends it cleanly."""
    command = [sys.executable, "-W", "error", "-m", "asyncsdk.emulator", "--port", "0"]
    with subprocess.Popen(  # noqa: S603
        [*command, "--db", str(tmp_path / "acton.db")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        lines = [program.stdout.readline().strip() for _ in range(7)]
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0
        assert program.stderr.read() == ""
    assert lines[0].startswith("Listening on http://127.0.0.1:")
    assert lines[1] == f"Console: {lines[0].removeprefix('Listening on ')}/"
    names = [line.removeprefix("export ").partition("=")[0] for line in lines[2:]]
    assert names == [
        "ACTON_BASE_URL",
        "ACTON_CLIENT_ID",
        "ACTON_CLIENT_SECRET",
        "ACTON_USERNAME",
        "ACTON_PASSWORD",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("waits", [True, False])
def test_it_prints_a_line_for_each_call(*, waits: bool) -> None:
    """With --log, as each call ends; when its reader goes away, soon or later, it ends without a complaint."""
    command = [sys.executable, "-W", "error", "-m", "asyncsdk.emulator", "--port", "0", "--log"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert program.stdout is not None
        assert program.stderr is not None
        url = program.stdout.readline().split()[-1]
        if waits:
            first = [program.stdout.readline() for _ in range(7)]
            assert first[-1].startswith("export ACTON_TOKEN_FILE=")
            _ask(f"{url}/api/1/account?email=ada%40example.com")
            line = program.stdout.readline()
            assert re.fullmatch(r"[\d:.]{12}  401 +\d\.\d{3} s  account\.get +GET +/\S+email=\*+@\*+\n", line)
        program.stdout.close()
        with contextlib.suppress(OSError):  # it may have ended already, by its own first lines
            _ask(f"{url}/api/1/account")
        assert program.wait(60) == 0
        assert program.stderr.read() == ""
    finally:
        program.kill()
        program.communicate()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="only sockets can be asked there")
async def test_a_log_that_nobody_reads_holds_nothing_up() -> None:
    """With --log into a pipe that is full, calls are answered, SIGTERM ends it, and the lines left out are told."""
    command = [sys.executable, "-m", "asyncsdk.emulator", "--port", "0", "--log"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220, S603
    try:
        assert program.stdout is not None
        url = program.stdout.readline().split()[-1]
        async with aiohttp.ClientSession() as http:
            for _ in range(600):  # the lines of 300 fill a pipe
                async with http.get(f"{url}/{'x' * 200}") as answer:
                    assert answer.status in {404, 429}
            for _ in range(150):
                assert program.stdout.readline()
            async with http.get(f"{url}/last"):
                pass
        rest = [""]
        while " /last" not in rest[-1]:
            rest.append(program.stdout.readline())
            assert rest[-1]
        told = re.compile(r"\.\.\. \d+ calls are left out here: nobody took their lines\n")
        assert any(map(told.fullmatch, rest))
        program.terminate()
        assert program.wait(60) == 0
    finally:
        program.kill()
        program.communicate()


def test_an_empty_host_is_refused() -> None:
    """A variable that is not set must not open the emulator to the network."""
    with pytest.raises(InvalidArgument, match=r"host is an address such as 127\.0\.0\.1, and is empty"):
        Emulator(host="")


async def test_a_new_emulator_forgets_the_token_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its programs do not count the logins of those before it: of 5 in an hour; one with a file keeps them."""
    monkeypatch.chdir(tmp_path)
    async with served(tmp_path / "acton.db") as (url, *words, token_file):
        kept = FileStore(token_file)
        session = Session(grant=PasswordGrant(*words), base_url=url, store=kept)
        async with session as acton:
            await acton.account.get()
    port = urlsplit(url).port or 0
    async with served(tmp_path / "acton.db", port) as (*_, same_file):
        view = await FileStore(same_file).account_view()
        assert view is not None
        assert view.logins_made == 1
    async with served(None, port):
        assert await kept.account_view() is None
        assert await kept.load() is None


@contextlib.asynccontextmanager
async def served(db: Path | None, port: int = 0) -> AsyncIterator[list[str]]:
    """The URL, the credentials and the token file of an emulator that is served as a program would do it."""
    said: asyncio.Queue[str] = asyncio.Queue()
    serving = asyncio.create_task(serve(port=port, db=db, say=said.put_nowait))
    lines = [await said.get() for _ in range(8)]
    yield [shlex.split(line, comments=True)[1].partition("=")[2] for line in lines[2:]]
    serving.cancel()
    await asyncio.wait([serving])


def _ask(url: str) -> None:
    with contextlib.suppress(HTTPError), urlopen(url, timeout=180):  # noqa: S310
        pass


@pytest.mark.slow
def test_a_database_that_cannot_be_opened_is_told_in_a_line(tmp_path: Path) -> None:
    """Nothing is said besides the one line."""
    command = [sys.executable, "-W", "error", "-m", "asyncsdk.emulator", "--port", "0", "--db", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)  # noqa: S603
    assert done.returncode == 2
    assert done.stderr == f"python -m asyncsdk.emulator: --db {tmp_path}: unable to open database file.\n"


@pytest.mark.slow
def test_a_defect_is_printed() -> None:
    """What an answer does not tell of a defect is on the terminal."""
    defect = "from asyncsdk.emulator.faults import Faults; Faults.entries = property(lambda self: 1 / 0)"
    code = f"{defect}; from asyncsdk.emulator.__main__ import main; main()"
    command = [sys.executable, "-W", "error", "-c", code, "--port", "0"]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert program.stdout is not None
        _ask(f"{program.stdout.readline().split()[-1]}/_emulator/faults")
        program.send_signal(signal.SIGTERM)
        _, printed = program.communicate(timeout=180)
        assert program.returncode == 0
        assert printed.startswith("GET /_emulator/faults has failed.\nTraceback ")
        assert "ZeroDivisionError" in printed
    finally:
        program.kill()
        program.communicate()
