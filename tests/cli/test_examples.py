"""The example programs, run as they are against the emulator."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from asyncsdk.emulator import Cut, Hang
from tests.cli.conftest import Run
from tests.cli.served import Served
from tests.docs.documents import ROOT, command_of
from tests.support.closed_port import closed_port
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples"
TASKIQ = ROOT / "docs/guides/taskiq.md"


def output_of(name: str, *arguments: object) -> str:
    """What a program prints."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)  # noqa: S603 - ours
    return ended.stdout


def test_first_call(environment: Served) -> None:
    """It saves Ada, once and again."""
    list_id = environment.new_list("Email", "First Name")
    assert output_of("first_call.py", list_id).startswith("Record inserted")
    assert environment.ask(lambda server: server.rows(list_id)) == [["ada@example.com", "Ada"]]


def test_concurrent_upserts(environment: Served) -> None:
    """It saves 20 contacts."""
    list_id = environment.new_list("Email", "First Name")
    assert output_of("concurrent_upserts.py", list_id).endswith("20 saved\n")
    assert len(environment.emails(list_id)) == 20


def test_upload_and_wait(environment: Served) -> None:
    """It tells the report and the rejected row."""
    told = output_of("upload_and_wait.py")
    assert "appended=1, updated=0, failed=0, rejected=1" in told
    assert told.endswith("rejected: Nemo\n")


def test_shared_tokens(environment: Served, tmp_path: Path) -> None:
    """Two runs share one login and one count."""
    path = tmp_path / "token.json"
    assert "2 calls made today by all processes, 4 logins left" in output_of("shared_tokens.py", path)
    assert "3 calls made today by all processes, 4 logins left" in output_of("shared_tokens.py", path)


def test_behind_a_proxy(environment: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a proxy it is a session of the caller's own."""
    monkeypatch.delenv("PROXY", raising=False)
    monkeypatch.delenv("CA_FILE", raising=False)
    assert output_of("behind_a_proxy.py") == "John Doe's Account\n"


def module_of(name: str) -> Any:
    """A program as a module, as a server imports it."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_list_one(environment: Served) -> None:
    """See to it that there is a list ``l-0001``."""
    if "l-0001" not in environment.ask(lambda server: [each.id for each in server.platform.lists.all()]):
        environment.ask(lambda server: server.add_list("Sign-ups", ["Email"], list_id="l-0001"))


def test_fleet_worker(
    environment: Served, own_servers: OwnServers, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers that meet in Redis share one login."""
    server = own_servers(options=("--appendonly", "yes"))
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    monkeypatch.setenv("ACTON_ACCOUNT", account)
    list_id, logins = environment.new_list("Email"), environment.count("token")
    for address in ("one@example.com", "two@example.com"):
        assert output_of("fleet_worker.py", list_id, address).startswith("saved\n")
    assert environment.emails(list_id) == ["one@example.com", "two@example.com"]
    assert environment.count("token") == logins + 1


def people(folder: Path, number: int = 3) -> Path:
    """A file of so many contacts."""
    path = folder / "people.csv"
    path.write_text("Email\n" + "".join(f"person{n}@example.com\n" for n in range(number)), encoding="utf-8")
    return path


def test_taskiq_worker_without_redis(environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the memory of one process: a file, a count and a call that is in doubt, which is a dead letter then."""
    monkeypatch.chdir(tmp_path)
    list_id = environment.new_list("Email")
    environment.ask(lambda server: server.faults.add(Cut("acted"), on="contacts.add"))
    told = output_of("taskiq_worker.py", list_id, people(tmp_path), "lost@example.com", "ada@example.com")
    saved, count, lost, added, letter = told.splitlines()
    assert "'created': 3" in saved
    assert int(count) > 0
    assert lost.startswith("failed: ")
    assert added == "Record inserted"
    assert letter.endswith(": register: ReplyLost")
    assert environment.count("contacts.add") >= 2
    assert len(environment.emails(list_id)) == 5


def test_taskiq_worker_with_redis(
    environment: Served, own_servers: OwnServers, account: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same program with three workers and a scheduler, started as its first lines say: they log in once."""
    server = own_servers(options=("--appendonly", "yes"))
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    monkeypatch.setenv("ACTON_ACCOUNT", account)
    list_id, logins = environment.new_list("Email"), environment.count("token")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES))
    with ExitStack() as stack:
        for beginning in ("taskiq worker taskiq_worker", "taskiq scheduler taskiq_worker"):
            command = [sys.executable, "-m", *command_of(TASKIQ, beginning).split()]
            process = subprocess.Popen(command)  # noqa: S603 - ours
            stack.callback(process.wait, 180)
            stack.callback(process.terminate)
        _, program, _, _, *addresses = command_of(TASKIQ, "python taskiq_worker.py l-0001").split()
        told = output_of(program, list_id, people(tmp_path), *addresses)
        saved, count, *added = told.splitlines()
        assert "'created': 3" in saved
        assert int(count) > 0
        assert added == ["Record inserted"]
        assert process.poll() is None, "the scheduler runs"
    assert environment.count("token") == logins + 1
    assert len(environment.emails(list_id)) == 4


async def test_web_backend(environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One session serves all requests; closing the application closes it."""
    monkeypatch.chdir(tmp_path)
    make_list_one(environment)
    module = module_of("web_backend")
    async with TestClient(TestServer(module.app)) as client:
        answer = await client.post("/sign-up", data={"email": "ada+l@example.com"})
        assert (answer.status, await answer.text()) == (200, "Welcome!")
        answer = await client.post("/sign-up", data={"email": ""})
        assert answer.status == 400
    assert environment.server.calls.of("contacts.upsert")


def test_web_backend_is_the_one_in_the_docs() -> None:
    """The page shows the program as it is."""
    page = (EXAMPLES.parent / "docs" / "web-backend.md").read_text(encoding="utf-8")
    assert f"```python\n{(EXAMPLES / 'web_backend.py').read_text(encoding='utf-8')}```\n" in page


def post(url: str, email: str) -> int:
    """Sign somebody up; gives the status."""
    request = urllib.request.Request(url, data=f"email={email}".encode(), method="POST")  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=180) as answer:  # noqa: S310 - ours
        return int(answer.status)


def test_web_backend_stops_in_ten_seconds_and_loses_nothing(
    environment: Served, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SIGTERM, while Act-On hangs, it ends by itself in seconds, and every sign-up arrives later."""
    make_list_one(environment)
    port = closed_port()
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.chdir(tmp_path)
    process = subprocess.Popen([sys.executable, str(EXAMPLES / "web_backend.py")])  # noqa: S603 - ours
    url = f"http://127.0.0.1:{port}/sign-up"
    people = [f"stopped{n}@example.com" for n in range(20)]
    try:
        for _ in range(1_200):
            with suppress(OSError):
                if post(url, people[0]) == 200:
                    break
            time.sleep(0.1)
        environment.ask(lambda server: server.faults.add(Hang(), on="any", times=999))
        assert [post(url, email) for email in people] == [200] * 20
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0  # five seconds where the machine is not busy; Act-On hangs for ever
    finally:
        process.kill()
        process.wait()
    environment.ask(lambda server: server.faults.clear())
    assert run("queue", "drain", tmp_path / "sign-ups").code == 0
    assert set(people) <= set(environment.emails("l-0001"))
