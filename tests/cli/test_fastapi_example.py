"""The web application of the examples with workers of uvicorn, in a folder and with Redis."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import psutil
import pytest

from tests.cli.conftest import Run
from tests.cli.served import Served
from tests.docs.documents import ROOT, command_of
from tests.support.closed_port import closed_port
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples"


@pytest.fixture
def environment(environment: Served) -> Served:
    """The emulator, with the list of the example."""
    if "l-0001" not in environment.ask(lambda server: [each.id for each in server.platform.lists.all()]):
        environment.ask(lambda server: server.add_list("Sign-ups", ["Email"], list_id="l-0001"))
    return environment


def test_workers_with_a_folder(
    environment: Served, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take sign-ups and answer questions; of a worker that is killed nothing is lost; all log in once."""
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token.json"))
    logins = environment.count("token")
    people = [f"folder{n}@example.com" for n in range(20)]
    with running_workers(tmp_path) as (url, workers):
        assert within_seconds(120, lambda: get(url, "nobody@example.com") == (200, "false"))
        assert [sign_up(url, email) for email in people[:10]] == [200] * 10
        workers()[0].kill()
        assert [sign_up(url, email) for email in people[10:]] == [200] * 10
        assert sign_up(url, "folder") == 400
    assert run("queue", "drain", tmp_path / "sign-ups").code == 0
    assert set(people) <= set(environment.emails("l-0001"))
    assert environment.count("token") == logins + 1


def test_workers_with_redis(
    environment: Served, own_servers: OwnServers, account: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started without Redis they say 503 until it is there; the sender is killed, and another worker sends."""
    server = own_servers(options=("--appendonly", "yes"))
    server.kill()
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    monkeypatch.setenv("ACTON_ACCOUNT", account)
    people = [f"redis{n}@example.com" for n in range(20)]
    with running_workers(tmp_path) as (url, workers):
        assert within_seconds(120, lambda: get(url, people[0])[0] == 503)
        server.start()
        assert within_seconds(120, lambda: sign_up(url, people[0]) == 200)
        assert [sign_up(url, email) for email in people[:10]] == [200] * 10
        workers()[0].kill()
        assert [sign_up(url, email) for email in people[10:]] == [200] * 10
        assert within_seconds(120, lambda: set(people) <= set(environment.emails("l-0001")))


@contextmanager
def running_workers(folder: Path) -> Iterator[tuple[str, Callable[[], list[psutil.Process]]]]:
    """Run the page's command with two workers, and stop it as a service manager does; gives address and workers."""
    port = closed_port()
    printed = command_of(ROOT / "docs/deployment.md", "uvicorn fastapi_queue").replace("--workers 8", "--workers 2")
    command = [sys.executable, "-m", *shlex.split(printed), "--app-dir", str(EXAMPLES), "--port", str(port)]
    command += ["--timeout-worker-healthcheck", "120"]  # with 5 seconds, a worker that is slow to start is killed
    process = subprocess.Popen(command, cwd=folder)  # noqa: S603 - ours

    def children() -> list[psutil.Process]:
        return psutil.Process(process.pid).children()

    def workers() -> list[psutil.Process]:
        return [each for each in children() if any("spawn_main" in word for word in each.cmdline())]

    try:
        yield f"http://127.0.0.1:{port}", workers
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        for each in [*(children() if process.poll() is None else [])]:
            each.kill()
        process.kill()
        process.wait()


def get(url: str, email: str) -> tuple[int, str]:
    """What a visitor is told of an address; status 0: there is no answer."""
    return answer_to(urllib.request.Request(f"{url}/contacts/{email}"))  # noqa: S310 - ours


def sign_up(url: str, email: str) -> int:
    """Sign somebody up; gives the status."""
    body, headers = json.dumps({"email": email}).encode(), {"Content-Type": "application/json"}
    return answer_to(urllib.request.Request(f"{url}/sign-up", body, headers))[0]  # noqa: S310 - ours


def answer_to(request: urllib.request.Request) -> tuple[int, str]:
    """Status and text; a worker that is killed cuts its connection, and the visitor comes once more."""
    for _ in range(2):
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:  # noqa: S310 - ours
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, ""
        except OSError:
            time.sleep(0.1)
    return 0, ""


def within_seconds(seconds: float, question: Callable[[], bool]) -> bool:
    """Ask until the answer is yes, for so many seconds."""
    deadline = time.monotonic() + seconds
    while not (is_so := question()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_so
