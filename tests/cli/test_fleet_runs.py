"""``asyncsdk upsert --run NAME``: another machine, which is another folder here, goes on with the run."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from asyncsdk.emulator import Emulator, Hang, Pass, Reply
from tests.cli.conftest import Run, command_to_go_on
from tests.cli.served import Served

pytestmark = pytest.mark.slow

FORBIDDEN = Reply(403, {"errorCode": "10100", "message": "No"})


@pytest.fixture
def name(redis_url: str, account: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a run, in a Redis that the environment names."""
    monkeypatch.setenv("ACTON_REDIS_URL", redis_url)
    monkeypatch.setenv("ACTON_ACCOUNT", account)
    return f"run-{uuid4().hex[:12]}"


def many(folder: Path, number: int) -> Path:
    """A file of so many good rows, in a folder of its own."""
    folder.mkdir()
    path = folder / "a.csv"
    path.write_text("Email\n" + "".join(f"p{each}@example.com\n" for each in range(number)))
    return path


def test_a_run_goes_on_from_another_folder(run: Run, name: str, environment: Served, tmp_path: Path) -> None:
    """The error ends with the command; there it sends the rest, and once more nothing; no journal lies about."""
    list_id = environment.new_list("Email")

    def script(server: Emulator) -> None:
        server.faults.add(Pass(), on="contacts.upsert", times=4)
        server.faults.add(FORBIDDEN, on="contacts.upsert", times=1000)

    environment.ask(script)
    here, there = many(tmp_path / "here", 8), many(tmp_path / "there", 8)
    ended = run("upsert", list_id, here, "--via", "records", "--run", name)
    words = command_to_go_on(ended.ends_with(4, "To go on, here or on another machine: asyncsdk upsert"))
    assert words == ["upsert", list_id, str(here), "--run", name]
    environment.ask(lambda server: server.faults.clear())
    calls = environment.count("contacts.upsert")
    for _ in range(2):
        resumed = run(*[str(there) if word == str(here) else word for word in words])
        assert (resumed.code, environment.count("contacts.upsert") - calls) == (0, 4)
    assert [len(list(folder.iterdir())) for folder in (here.parent, there.parent)] == [1, 1]
    assert "had begun before: what was done is not sent again" in resumed.err
    other = run("upsert", list_id, many(tmp_path / "other", 5), "--run", name, "--resume")
    other.ends_with(2, "To begin anew, say --fresh, which forgets it. Nothing was sent.")
    assert run("upsert", list_id, tmp_path / "other" / "a.csv", "--run", name, "--fresh").code == 0


def test_a_second_command_sends_nothing(
    run: Run, name: str, start: Callable[..., subprocess.Popen[str]], environment: Served, tmp_path: Path
) -> None:
    """While one is at work a second one ends with 2; SIGTERM gives the run back; --quiet prints nothing then."""
    list_id = environment.new_list("Email")
    environment.ask(lambda server: server.faults.add(Hang(), on="contacts.upsert", times=9))
    path = many(tmp_path / "here", 3)
    command = ["upsert", list_id, path, "--run", name, "--quiet"]
    first = start(*command)
    calls = environment.count("contacts.upsert")
    while environment.count("contacts.upsert") == calls:
        time.sleep(0.05)
    run(*command).ends_with(2, f"The run {name} is at work elsewhere. Nothing was sent.")
    first.terminate()
    assert "To go on, here or on another machine" in first.communicate(timeout=180)[1]
    environment.ask(lambda server: server.faults.clear())
    for _ in range(2):
        done = run(*command)
        assert (done.code, done.out, done.err) == (0, "", "")
    assert len(environment.emails(list_id)) == 3


def test_what_does_not_go_with_a_run(run: Run, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is refused before anything is read."""
    path = many(tmp_path / "here", 3)
    run("upsert", "l-1", path, "--run", name, "--journal", "j").complains(2, "--run does not go with --journal")
    run("upsert", "l-1", path, "--run", name, "--emulator").complains(2, "--run does not go with --emulator")
    run("upsert", "l-1", path, "--run", "a b").complains(2, "The name of a run must be")
    monkeypatch.setenv("ACTON_REDIS_URL", "redis://:secret@[")
    ended = run("upsert", "l-1", path, "--run", name)
    ended.complains(2, "ACTON_REDIS_URL")
    assert "secret" not in ended.err
    monkeypatch.delenv("ACTON_REDIS_URL")
    run("upsert", "l-1", path, "--run", name).complains(2, "--run needs ACTON_REDIS_URL")
