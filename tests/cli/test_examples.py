"""The example programs, run as they are against the emulator."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from .served import Served

EXAMPLES = Path(__file__).parents[2] / "examples"


def output_of(name: str, *arguments: object) -> str:
    """What a program prints."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - ours
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


async def test_web_backend(environment: Served) -> None:
    """One session serves all requests; closing the application closes it."""
    spec = importlib.util.spec_from_file_location("web_backend", EXAMPLES / "web_backend.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    known = set(environment.ask(lambda server: [each.id for each in server.platform.lists.all()]))
    if "l-0001" not in known:
        environment.ask(lambda server: server.add_list("Sign-ups", ["Email"], list_id="l-0001"))
    async with TestClient(TestServer(module.app)) as client:
        answer = await client.post("/sign-up", data={"email": "ada+l@example.com"})
        assert (answer.status, await answer.text()) == (200, "Welcome!")
        answer = await client.post("/sign-up", data={"email": ""})
        assert answer.status == 400
    assert environment.server.calls.of("contacts.upsert")
