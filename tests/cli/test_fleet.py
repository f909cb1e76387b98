"""The command ``fleet``: who shares an account, from a token file and from a real Redis, once and live."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

from asyncsdk import clock
from asyncsdk.limits.shared.account_state import AccountState, DayCount, Member
from asyncsdk.limits.shared.state_codec import encode_state
from asyncsdk.limits.shared.state_file import StateFile
from tests.cli.conftest import Run
from tests.cli.served import Served
from tests.support.place_holders import place_holder
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow

HOSTILE = "web\x1b[2J\x1b]0;owned\x07\r\n\u202eevil-1@host/0"


def with_members(token_file: Path, names: list[str], *, due_in: float = 60.0) -> Path:
    """Limits that processes of these names share, which were all seen now; a call of the last one waits."""

    def begin(day: DayCount, since: float, is_new: bool) -> AccountState:
        return AccountState("epoch", clock.monotonic(), clock.monotonic(), 0.05, day=day)

    def join(state: AccountState) -> None:
        now = clock.monotonic()
        for name in names:
            state.members[name] = Member(now, 5, 1.0)
        state.members[names[-1]] = Member(now, 5, 1.0, due=now + due_in, waiting=(0, 0, 1, 0, 0))

    file = StateFile(Path(f"{token_file}.limits"), begin)
    file.change(join)
    file.close()
    return token_file


def keep_in_redis(url: str, *accounts: str) -> None:
    """Limits of accounts, as Redis keeps them, each with one process that was seen now."""
    with Redis.from_url(url) as client:
        for account in accounts:
            seen = clock.wall()
            state = AccountState("epoch", 0.0, 0.0, 0.05)
            state.members[f"web-1@{account}/0"] = Member(seen % 1, 5, 1.0)
            text = json.dumps({**json.loads(encode_state(state)), "base": int(seen)})
            client.set(f"asyncsdk:{{{account}}}:limits", text, ex=60)


class Screen:
    """A command on a terminal of its own."""

    def __init__(self, *arguments: object) -> None:
        self._terminal, end = pty.openpty()
        termios.tcsetwinsize(end, (24, 100))
        command = [sys.executable, "-W", "error", "-m", "asyncsdk", *map(str, arguments)]
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=end, stdout=end, stderr=end, env={**os.environ, "TERM": "xterm"}
        )
        os.close(end)
        self.shown = ""

    def shows(self, words: str) -> str:
        """Wait until these words are drawn from now on; gives all that was drawn until then."""
        self.shown = ""
        deadline = time.monotonic() + 120
        while words not in self.shown:
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, self.shown
            self.shown += os.read(self._terminal, 65_536).decode()
        return self.shown

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        os.close(self._terminal)


@pytest.fixture
def screens() -> Iterator[Callable[..., Screen]]:
    """Starts commands, each on a terminal of its own."""
    with ExitStack() as stack:

        def start(*arguments: object) -> Screen:
            screen = Screen(*arguments)
            stack.callback(screen.close)
            return screen

        yield start


@pytest.fixture(autouse=True)
def no_account(environment: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """No credentials: whoever makes a call fails."""
    for name in environment.environment:
        monkeypatch.delenv(name)
    return environment


def test_processes_on_a_token_file(run: Run, tmp_path: Path, no_account: Served) -> None:
    """People and programs are told who has places and who waits; no call is made, and the file stays as it is."""
    path = tmp_path / "token"
    before = no_account.ask(lambda server: len(server.calls))
    with (
        place_holder(tmp_path, path, ["INTERACTIVE"] * 6 + ["BULK"] * 3, name="web") as web,
        place_holder(tmp_path, path, ["POLL"], name="nightly", calls_per_second=2) as nightly,
    ):
        deadline = time.monotonic() + 60
        while True:
            (account,) = run("fleet", "--token-file", path, "--json").value["accounts"]
            if account["places_taken"] == 5 and account["number_of_processes"] == 2:
                break
            assert time.monotonic() < deadline, account
        assert account["token_file"] == str(path)
        first, second = account["processes"]
        assert first["name"].startswith(f"nightly-{nightly.pid}@")
        assert (first["waiting"], first["calls_per_second"]) == ({"poll": 1}, 2.0)
        assert second["name"].startswith(f"web-{web.pid}@")
        assert second["places_taken"] == 5
        ended = run("fleet", "--token-file", path)
        lines = ended.out.splitlines()
        assert lines[0] == f"Token file {path}:"
        assert "  Places: 5 of 5 taken in 1 s (margin 50 ms)" in lines
        assert "  Calls of the last 24 hours: 5" in lines
        assert lines[-3].split() == ["process", "seen", "places", "waiting", "note"]
        assert lines[-2].split()[0] == first["name"]
        assert lines[-2].endswith("2 calls a second")
    assert no_account.ask(lambda server: len(server.calls)) == before


def test_the_file_of_the_environment(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is used where no option says otherwise."""
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(with_members(tmp_path / "token", ["web-1@host/0"])))
    assert "  web-1@host/0  " in run("fleet").out
    other = with_members(tmp_path / "other", ["nightly-1@host/0"])
    assert "nightly-1@host/0" in run("fleet", "--token-file", other).out


def test_what_is_missing_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration, too much of it, and a file that nobody has used: one line, and exit code 2."""
    run("fleet").complains(2, "set ACTON_TOKEN_FILE, or ACTON_REDIS_URL and ACTON_ACCOUNT, or give --token-file")
    path = tmp_path / "folder" / "token"
    run("fleet", "--token-file", path).complains(2, f"Token file {path}: no process has shared")
    assert not path.parent.exists()
    run("fleet", "--token-file", path, "--all").complains(2, "--all is for ACTON_REDIS_URL")
    monkeypatch.setenv("ACTON_ACCOUNT", "acme")
    run("fleet").complains(2, "Set ACTON_REDIS_URL, too")
    monkeypatch.delenv("ACTON_ACCOUNT")
    monkeypatch.setenv("ACTON_REDIS_URL", "redis://127.0.0.1:1/0")
    for command in ("fleet", "usage"):
        run(command).complains(2, "Set ACTON_ACCOUNT, too: it names the account")
    monkeypatch.setenv("ACTON_ACCOUNT", "someone@example.com")
    run("fleet").complains(2, "ACTON_ACCOUNT: The name of an account must be")
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(path))
    run("fleet").complains(2, "ACTON_REDIS_URL or ACTON_TOKEN_FILE, not both")


def test_a_process_that_is_late(run: Run, tmp_path: Path) -> None:
    """One that did not ask for its turn is marked, and the mark explained in a line that fits a narrow terminal."""
    *_, marked, why = run(
        "fleet", "--token-file", with_members(tmp_path / "token", ["web-1@host/0"], due_in=-7.0)
    ).out.splitlines()
    assert re.search(r" 1 interactive  late for \d+\.\d s$", marked)
    assert why == "  late: it did not ask when its turn came, so it was killed, stopped or cut off"
    assert len(why) < 80
    assert "  late" not in run("fleet", "--token-file", with_members(tmp_path / "other", ["web-1@host/0"])).out


def test_damaged_limits(run: Run, tmp_path: Path) -> None:
    """It is said that they are, and what becomes of them."""
    path = with_members(tmp_path / "token", ["web-1@host/0"])
    Path(f"{path}.limits").write_bytes(b"something else")
    run("fleet", "--token-file", path).complains(2, "token.limits is damaged. The next process that uses it")
    failed = run("fleet", "--token-file", path, "--json")
    assert failed.value["exit"] == 2


def test_hostile_names(run: Run, tmp_path: Path) -> None:
    """Control characters in a name never reach the terminal, nor does a name of any length."""
    path = with_members(tmp_path / "token", [HOSTILE, "a" * 200])
    ended = run("fleet", "--token-file", path)
    assert ended.code == 0
    assert all(each.isprintable() for each in ended.out.splitlines())
    assert len(ended.out.splitlines()) == 9
    assert max(map(len, ended.out.splitlines())) < 120
    names = {
        each["name"] for each in run("fleet", "--token-file", path, "--json").value["accounts"][0]["processes"]
    }
    assert HOSTILE in names


def test_many_processes(run: Run, tmp_path: Path) -> None:
    """Those that wait are shown before the idle ones, the others are counted."""
    path = with_members(tmp_path / "token", [f"web-{n}@host/0" for n in range(500)])
    lines = run("fleet", "--token-file", path).out.splitlines()
    assert len(lines) == 58
    assert lines[-1] == "  and 450 more processes, with 0 places and 0 calls that wait"
    assert any(line.startswith("  web-499@host/0 ") for line in lines)
    (account,) = run("fleet", "--token-file", path, "--json").value["accounts"]
    assert (account["number_of_processes"], len(account["processes"])) == (500, 500)
    path = with_members(tmp_path / "more", [f"web-{n}@host/0" for n in range(3_000)])
    (account,) = run("fleet", "--token-file", path, "--json").value["accounts"]
    assert (account["number_of_processes"], len(account["processes"])) == (3_000, 1_000)


def test_accounts_in_redis(run: Run, own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is named, or all; one that is damaged hides no other."""
    server = own_servers()
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    assert run("fleet", "--all").out == "There is no account.\n"
    monkeypatch.setenv("ACTON_ACCOUNT", "acme")
    run("fleet").complains(2, "Account acme in Redis at ")
    keep_in_redis(server.url, "acme", "globex")
    shown = run("fleet")
    assert shown.out.startswith("Account acme in Redis at ")
    assert "web-1@acme/0" in shown.out
    assert "globex" not in shown.out
    usage = run("usage")
    assert "share account acme by Redis. Seen in the last 30 seconds: 1." in usage.out
    told = run("usage", "--json").value
    assert (told["source"], told["processes"], told["calls_left"]) == ("Redis", 1, 30_000)
    with Redis.from_url(server.url) as client:
        client.set("asyncsdk:{broken}:limits", "x", ex=60)
    both = run("fleet", "--all", "--json").value["accounts"]
    assert [(each["account"], each.get("number_of_processes")) for each in both] == [
        ("acme", 1),
        ("broken", None),
        ("globex", 1),
    ]
    assert "limits of account broken" in run("fleet", "--all").out


def test_redis_is_away(run: Run, own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said in one line, without a password; the exit code is that of the network."""
    server = own_servers(tcp=True)
    server.kill()
    monkeypatch.setenv("ACTON_REDIS_URL", f"redis://web:secret@127.0.0.1:{server.port}/0")
    monkeypatch.setenv("ACTON_ACCOUNT", "acme")
    ended = run("fleet")
    ended.complains(5, f"Redis at 127.0.0.1:{server.port} cannot be reached")
    assert "secret" not in ended.err


def test_live_on_a_terminal(tmp_path: Path, screens: Callable[..., Screen]) -> None:
    """It is drawn anew each second, also when processes come; Ctrl-C ends it with 0, SIGTERM as ever."""
    path = with_members(tmp_path / "token", ["web-1@host/0", HOSTILE])
    watching, ended = screens("fleet", "--token-file", path), screens("fleet", "--token-file", path)
    shown = watching.shows("web-1@host/0")
    assert "\x1b[2J" not in shown
    assert "owned\x07" not in shown
    with_members(path, ["nightly-2@host/0"])
    assert watching.shows("nightly-2@host/0").count("Token file") >= 1
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(60) == 0
    ended.shows("web-1@host/0")
    ended.process.send_signal(signal.SIGTERM)
    assert ended.process.wait(60) == 143


def test_live_while_redis_is_away(
    own_servers: OwnServers, screens: Callable[..., Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was seen last stays, with the outage; when Redis is back, that is seen."""
    server = own_servers()
    keep_in_redis(server.url, "acme")
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    monkeypatch.setenv("ACTON_ACCOUNT", "acme")
    watching = screens("fleet")
    watching.shows("web-1@acme/0")
    server.kill()
    shown = watching.shows("cannot be reached")
    assert re.search(r"As it was \d+ s ago\. Redis at", shown)
    watching.shows("web-1@acme/0")
    server.start()
    watching.shows("No process uses it.")
    keep_in_redis(server.url, "acme")
    watching.shows("web-1@acme/0")


def test_once_on_a_terminal(tmp_path: Path, screens: Callable[..., Screen]) -> None:
    """``--once`` prints it once, and ends."""
    path = with_members(tmp_path / "token", ["web-1@host/0"])
    screen = screens("fleet", "--token-file", path, "--once")
    screen.shows("web-1@host/0")
    assert screen.process.wait(60) == 0
