"""Login at the shell: the browser that comes back to a loopback port."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from asyncsdk.cli.commands.login import LoginRequest, login
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.authorization import AuthorizationRequest, NotThisLogin
from asyncsdk.cli.login.client import LoginClient
from asyncsdk.cli.login.redirect_listener import CONNECTIONS
from asyncsdk.cli.login.redirect_uri import loopback_address
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.emulator import Hang
from tests.cli.conftest import WHOLE_RUN, Run
from tests.cli.served import Served

ANY_PORT = "http://127.0.0.1:0/callback"

Start = Callable[..., Any]


class Person:
    """A login that waits, and the browser of who signs in."""

    def __init__(self, client: LoginClient, capsys: pytest.CaptureFixture[str]) -> None:
        self._client = client
        self._capsys = capsys
        self.told = ""
        self.task: asyncio.Task[int] | None = None

    async def begin(self, request: LoginRequest, next_line: Any = None) -> str:
        """Begin a login; gives the address that it shows."""
        self.task = asyncio.create_task(login(Terminal(json=True), self._client, request, next_line))
        while "http" not in self.told and not self.task.done():
            await asyncio.sleep(0.005)
            self.told += self._capsys.readouterr().err
        return next((line for line in self.told.splitlines() if line.startswith("http")), "")

    async def end(self) -> int:
        """Wait for its end; gives the exit code."""
        assert self.task is not None
        return await asyncio.wait_for(self.task, 60)


@pytest.fixture
def person(environment: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Person:
    """Somebody who is not signed in."""
    for name in ("USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"ACTON_{name}")
    known = environment.server.credentials
    return Person(LoginClient(environment.server.url, known["client_id"], known["client_secret"]), capsys)


async def until(true: Callable[[], bool]) -> None:
    """Look again and again."""
    async with asyncio.timeout(WHOLE_RUN):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another thread
            await asyncio.sleep(0.005)


async def visit(address: str, **headers: str) -> tuple[int, str]:
    """Open an address in a browser, which goes where it is sent; gives where that ended, and what is shown."""
    async with aiohttp.ClientSession() as browser, browser.get(address, headers=headers) as page:
        return page.status, await page.text()


def callback_of(address: str) -> str:
    """Where the browser is to come back to."""
    return parse_qs(urlsplit(address).query)["redirect_uri"][0]


def state_of(address: str) -> str:
    """The state of a login."""
    return parse_qs(urlsplit(address).query)["state"][0]


async def test_a_browser_comes_back(person: Person, tmp_path: Path) -> None:
    """Consent in the browser is all that it takes; the page leads back to the terminal and holds no code."""
    address = await person.begin(LoginRequest(ANY_PORT))
    status, page = await visit(address)
    assert (status, await person.end()) == (200, 0)
    assert "Back to the terminal" in page
    assert (tmp_path / "state/asyncsdk/login.json").exists()


async def test_an_answer_of_another_login_is_left_out(person: Person, tmp_path: Path) -> None:
    """Without this login's state a code is nobody's: it is not used, and the login waits on."""
    address = await person.begin(LoginRequest(ANY_PORT))
    for query in ("code=theirs", "code=theirs&state=theirs", "error=access_denied", "", "state=%ff&code=1"):
        status, page = await visit(f"{callback_of(address)}?{query}")
        assert (status, "theirs" in page) == (400, False)
    assert not (tmp_path / "state/asyncsdk/login.json").exists()
    await visit(address)
    assert await person.end() == 0


async def test_consent_that_is_refused_ends_the_login(person: Person) -> None:
    """Exit code 3, with what Act-On says in a bounded line."""
    address = await person.begin(LoginRequest(ANY_PORT))
    words = "&error=access_denied&error_description=" + "no" * 500
    status, page = await visit(f"{callback_of(address)}?state={state_of(address)}{words}")
    assert (status, "nono" in page) == (200, False)
    with pytest.raises(Failure, match="Act-On gave no access: access_denied: no") as raised:
        await person.end()
    assert (raised.value.code, len(str(raised.value)) < 400) == (Exit.CREDENTIALS, True)


async def test_other_requests_are_refused(person: Person) -> None:
    """Another path, method or host name, as of a page that lets its own name lead here, ends nothing."""
    address = await person.begin(LoginRequest(ANY_PORT))
    good = f"{callback_of(address)}?code=c&state={state_of(address)}"
    assert (await visit(good.replace("/callback", "/other")))[0] == 404
    assert (await visit(good, Host="evil.example"))[0] == 404
    async with aiohttp.ClientSession() as browser, browser.post(good) as page:
        assert page.status == 405
    assert person.task is not None
    assert not person.task.done()
    person.task.cancel()
    await asyncio.gather(person.task, return_exceptions=True)


async def test_connections_that_say_nothing_do_not_hold_it_up(person: Person) -> None:
    """Browsers open connections that they do not use; an endless head is cut; the answer comes through."""
    address = await person.begin(LoginRequest(ANY_PORT))
    place = urlsplit(callback_of(address))
    opened = [await asyncio.open_connection(place.hostname, place.port) for _ in range(CONNECTIONS - 1)]
    opened[0][1].write(b"GET /callback HTTP/1.1\r\nX: " + b"x" * 100_000)
    assert await opened[0][0].read() == b""
    await visit(address)
    assert await person.end() == 0
    for _, writer in opened:
        writer.close()


async def test_a_login_that_nobody_answers_ends(person: Person) -> None:
    """After the time for it; the port is free again."""
    address = await person.begin(LoginRequest(ANY_PORT, seconds=0.05))
    with pytest.raises(Failure, match="Nobody has signed in within") as raised:
        await person.end()
    assert raised.value.code is Exit.CREDENTIALS
    with closing(socket.create_server(("127.0.0.1", urlsplit(callback_of(address)).port or 0))):
        pass


async def test_a_port_that_is_taken_is_refused(person: Person) -> None:
    """Whoever listens there would get the code."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        await person.begin(LoginRequest(f"http://127.0.0.1:{taken.getsockname()[1]}/callback"))
        with pytest.raises(Failure, match="is in use, perhaps by another login"):
            await person.end()


async def test_both_names_of_localhost_are_listened_on(person: Person) -> None:
    """A browser may try IPv6 first; where somebody listens there already, it is refused."""
    address = await person.begin(LoginRequest("http://localhost:0/"))
    assert urlsplit(callback_of(address)).port != 0
    await visit(address)
    assert await person.end() == 0


async def test_lines_and_the_browser_are_both_taken(person: Person, environment: Served) -> None:
    """On a terminal both ways are open: a line without a code is told, and the end of the lines leaves the port."""
    lines = ["code=1", None]

    async def next_line() -> str | None:
        return lines.pop(0)

    address = await person.begin(LoginRequest(ANY_PORT), next_line)
    await visit(address)
    assert await person.end() == 0

    async def code() -> str | None:
        return environment.ask(lambda server: server.platform.tokens.code("https://acme.example/callback"))

    await person.begin(LoginRequest("https://acme.example/callback"), code)
    assert await person.end() == 0


async def test_two_logins_at_once_leave_one_whole(
    person: Person, environment: Served, capsys: pytest.CaptureFixture[str], run: Run
) -> None:
    """Both end well, and what is kept is good: the token is the last one that Act-On gave."""
    known = environment.server.credentials
    other = Person(LoginClient(environment.server.url, known["client_id"], known["client_secret"]), capsys)
    addresses = [await each.begin(LoginRequest(ANY_PORT)) for each in (person, other)]
    await asyncio.gather(*map(visit, addresses))
    assert await asyncio.gather(person.end(), other.end()) == [0, 0]
    capsys.readouterr()
    environment.ask(lambda server: server.revoke_access_tokens())  # the refresh token must be a good one
    assert (await asyncio.to_thread(run, "whoami", "--json")).value["account_id"] == 12345


@pytest.mark.parametrize(
    ("uri", "authority"),
    [
        ("http://127.0.0.1:8788", "127.0.0.1:8788"),
        ("http://LOCALHOST:8788/a?b=1", "localhost:8788"),
        ("http://[::1]:08788/", "[::1]:8788"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
    ],
)
def test_a_redirect_uri_is_sent_as_it_is_registered(uri: str, authority: str) -> None:
    """Act-On may compare it letter by letter; a browser names the host in its own way."""
    address = loopback_address(uri)
    assert address is not None
    assert (address.uri(address.port), address.authority(address.port)) == (uri, authority)


@pytest.mark.parametrize("text", ["abc", "a/b+c==", " code-1= \n", "x?y=1"])
def test_a_code_alone_is_taken_as_it_is(text: str) -> None:
    """Codes may hold any visible character; what has the fields of an answer must have its state."""
    asked = AuthorizationRequest("https://acme.example", "id", ANY_PORT)
    assert asked.code_from_text(text).value == text.strip()
    for answer in (f"code={text}", f"?code={text}", f"https://a.example/?code={text}", f"state=x&code={text}"):
        with pytest.raises(NotThisLogin, match="belongs to another login"):
            asked.code_from_text(answer)
    assert asked.code_from_text(f"state={asked.state}&code=c").value == "c"


@pytest.mark.parametrize(
    "uri",
    [
        "http://acme.example/callback",
        "http://0.0.0.0:8788/",
        "http://127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1.evil.example:8788/",
        "http://localhost@evil.example:8788/",
        "http://127.0.0.1:8788/#part",
        "http://[::1/",
        "ftp://127.0.0.1:1/",
        "https:///callback",
        "http://127.0.0.1:8788/a\r\nb",
        "",
    ],
)
def test_what_is_no_loopback_address_is_refused(uri: str) -> None:
    """Codes travel in the clear to this machine only, and the port is on no network."""
    with pytest.raises(Failure, match="--redirect"):
        loopback_address(uri)


@pytest.mark.slow
def test_the_desktops_browser_is_opened(
    start: Start, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is a desktop; what the browser prints is not among the results."""
    browser = tmp_path / "browser.py"
    browser.write_text("import sys, urllib.request\nprint(urllib.request.urlopen(sys.argv[1]).status)\n")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {browser} %s")
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    out, err = start("login", "--json", "--redirect", ANY_PORT).communicate(timeout=180)
    assert json.loads(out)["account_id"] == 12345, err


@pytest.mark.slow
def test_ctrl_c_leaves_nothing(start: Start, person: Person, tmp_path: Path) -> None:
    """Exit code 130, one line, no secret on the disk, and the port is free again."""
    process = start("login", "--no-browser", "--redirect", ANY_PORT)
    lines = [process.stderr.readline(), process.stderr.readline()]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert (process.returncode, out, err) == (130, "", "asyncsdk: interrupted\n")
    assert [each.name for each in (tmp_path / "state/asyncsdk").iterdir()] == []
    with closing(socket.create_server(("127.0.0.1", urlsplit(callback_of(lines[1])).port or 0))):
        pass


@pytest.mark.slow
async def test_a_login_that_is_ended_with_its_code_leaves_the_one_before(
    person: Person, environment: Served, tmp_path: Path
) -> None:
    """While the token is fetched, Ctrl-C keeps nothing, and the next login does not wait for it."""
    await visit(await person.begin(LoginRequest(ANY_PORT)))
    assert await person.end() == 0
    folder = tmp_path / "state/asyncsdk"
    before = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    environment.ask(lambda server: server.faults.add(Hang(), on="token"))
    tokens = environment.count("token")
    person.told = ""
    await visit(await person.begin(LoginRequest(ANY_PORT)))
    await until(lambda: environment.count("token") > tokens)
    assert person.task is not None
    person.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await person.end()
    assert {path.name: path.read_bytes() for path in folder.glob("*.json")} == before
    environment.ask(lambda server: server.faults.clear())
    person.told = ""
    await visit(await person.begin(LoginRequest(ANY_PORT)))
    assert await person.end() == 0


@pytest.mark.slow
def test_a_terminal_asks_for_the_client(environment: Served, person: Person, tmp_path: Path) -> None:
    """The secret is not shown while it is typed; then the code is pasted."""
    known = environment.server.credentials
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ACTON_CLIENT")}
    screen, end = pty.openpty()
    seen = b""

    def answer(question: bytes, line: str) -> None:
        nonlocal seen
        while question not in seen:
            assert select.select([screen], [], [], WHOLE_RUN)[0], seen
            seen += os.read(screen, 10_000)
        os.write(screen, f"{line}\n".encode())

    command = [sys.executable, "-W", "error", "-m", "asyncsdk", "login", "--no-browser", "--redirect", ANY_PORT]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=end, stdout=end, stderr=end, env=variables, start_new_session=True
    ) as process:
        try:
            answer(b"Client id: ", known["client_id"])
            answer(b"Client secret: ", known["client_secret"])
            answer(b"press Enter.\r\n", "")
            address = next(line for line in seen.decode().splitlines() if line.startswith("http"))
            code = environment.ask(lambda server: server.platform.tokens.code(callback_of(address)))
            answer(b"Nothing was pasted. Paste the address once more.", code)
            assert process.wait(WHOLE_RUN) == 0
        finally:
            process.kill()
    os.close(end)
    os.close(screen)
    assert known["client_secret"].encode() not in seen
    assert (tmp_path / "state/asyncsdk/login.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({b"Client id: ": b"\n"}, b"A client id and its secret are needed."),
        ({b"Client id: ": b"a\n", b"Client secret: ": b"\x04"}, b"A client id and its secret are needed."),
        ({b"Client id: ": b"a\n", b"Client secret: ": b"\xe9\xff\n"}, b" is no line of text."),
    ],
)
def test_what_is_typed_and_is_no_client_is_refused(
    person: Person, monkeypatch: pytest.MonkeyPatch, lines: dict[bytes, bytes], words: bytes
) -> None:
    """An empty line, the end of the input, or bytes of another encoding: exit code 3 and one line."""
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"ACTON_{name}")
    screen, end = pty.openpty()
    seen = b""
    with subprocess.Popen(
        [sys.executable, "-m", "asyncsdk", "login"], stdin=end, stdout=end, stderr=end, start_new_session=True
    ) as process:
        try:
            for question, line in lines.items():
                while question not in seen:
                    assert select.select([screen], [], [], WHOLE_RUN)[0], seen
                    seen += os.read(screen, 10_000)
                os.write(screen, line)
            assert process.wait(WHOLE_RUN) == 3
        finally:
            process.kill()
    while words not in seen:
        assert select.select([screen], [], [], WHOLE_RUN)[0], seen
        seen += os.read(screen, 10_000)
    assert b"Traceback" not in seen
    os.close(end)
    os.close(screen)


@pytest.mark.slow
def test_a_login_in_the_background_reads_no_line(
    person: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Reading from the terminal would stop it, with the port taken: only the browser answers then."""
    script = (
        "import fcntl, os, subprocess, sys, termios\n"
        "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        "sys.exit(subprocess.run(sys.argv[1:], process_group=0).returncode)\n"
    )
    command = [sys.executable, "-m", "asyncsdk", "login", "--no-browser", "--redirect", ANY_PORT]
    screen, end = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", script, *command],
        stdin=end,
        stdout=end,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stderr is not None
            told = [process.stderr.readline() for _ in range(2)]
            with urllib.request.urlopen(told[1], timeout=WHOLE_RUN) as page:  # noqa: S310 - the emulator's
                assert page.status == 200
            assert process.wait(WHOLE_RUN) == 0
        finally:
            process.kill()  # the terminal goes, and so does what it holds
    os.close(end)
    os.close(screen)
