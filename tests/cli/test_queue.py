"""The commands ``queue status`` and ``queue drain``, on what killed programs have left."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncsdk.emulator import Hang, Reply
from tests.cli.conftest import Run
from tests.cli.served import Served

pytestmark = pytest.mark.slow

PUTS = """
import asyncio, os, sys
from asyncsdk import Session

async def main():
    async with Session.from_env() as acton:
        queue = acton.contacts.queue(sys.argv[1], journal=sys.argv[2], max_age=600.0)
        await queue.open()
        for n in range(int(sys.argv[3])):
            await queue.put(f"{sys.argv[4]}{n}@example.com")
        print("ready", flush=True)
        await asyncio.sleep(float(sys.argv[5]))
        os.kill(os.getpid(), 9)

asyncio.run(main())
"""


def program(list_id: str, journal: object, rows: int, name: str, seconds: float) -> subprocess.Popen[str]:
    """A program that has put so many rows, and kills itself after a while."""
    command = [sys.executable, "-c", PUTS, list_id, str(journal), str(rows), name, str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def killed(list_id: str, journal: object, rows: int, name: str = "p") -> None:
    """It is dead already."""
    with program(list_id, journal, rows, name, 0.0) as process:
        assert process.wait(60) == -signal.SIGKILL


def test_status_of_a_folder_in_use(run: Run, environment: Served, tmp_path: Path) -> None:
    """It tells of each journal whose it is, and what it holds, without a call; what is open stays so."""
    list_id = environment.new_list("Email")
    folder = f"{tmp_path}/sign-ups/"
    killed(list_id, folder, 7)
    living = program(list_id, f"{tmp_path}/living.journal", 3, "q", 600.0)
    try:
        before = environment.ask(lambda server: len(server.calls))
        dead = run("queue", "status", folder, "--json").value
        (alive,) = run("queue", "status", tmp_path / "living.journal", "--json").value
        assert sum(each["waiting"] for each in dead) == 7
        assert [(each["open"], each["pid"], each["sends"], each["on_their_way"]) for each in dead] == [
            (False, None, False, 0) for _ in dead
        ]
        assert (alive["open"], alive["pid"], alive["waiting"]) == (True, living.pid, 3)
        assert {each["list_id"] for each in [*dead, alive]} == {list_id}
        assert 0 <= alive["oldest"] < 600
        assert environment.ask(lambda server: len(server.calls)) == before
        assert "no process" in run("queue", "status", folder).out
        refused = run("queue", "drain", tmp_path / "living.journal")
        refused.complains(2, f"is open in process {living.pid}")
    finally:
        with living:
            living.kill()


def test_drain_sends_what_dead_programs_have_left(run: Run, environment: Served, tmp_path: Path) -> None:
    """Every row of a folder, of whichever list, is saved; afterwards nothing is there."""
    first, second = environment.new_list("Email"), environment.new_list("Email")
    folder = f"{tmp_path}/sign-ups/"
    killed(first, folder, 20)
    killed(first, folder, 3, "q")
    killed(second, folder, 2)
    ended = run("queue", "drain", folder, "--json")
    assert (ended.code, ended.value["saved"], ended.value["left"], ended.value["given_up"]) == (0, 25, 0, 0)
    assert (len(environment.emails(first)), len(environment.emails(second))) == (23, 2)
    assert run("queue", "status", folder).out == "There is no journal.\n"
    again = run("queue", "drain", folder)
    assert (again.code, again.out) == (0, "0 rows saved, 0 left, 0 given up.\n")


def test_drain_of_one_file(run: Run, environment: Served, tmp_path: Path) -> None:
    """A single journal is sent to its end, too; a file that is none, or is not there, is refused."""
    list_id = environment.new_list("Email")
    killed(list_id, tmp_path / "one.journal", 6)
    ended = run("queue", "drain", tmp_path / "one.journal")
    assert (ended.code, ended.out) == (0, "6 rows saved, 0 left, 0 given up.\n")
    assert len(environment.emails(list_id)) == 6
    run("queue", "drain", tmp_path / "missing").complains(2, "cannot be read")
    (tmp_path / "notes.txt").write_text("nothing of the kind" * 100)
    for command in ("drain", "status"):
        run("queue", command, tmp_path / "notes.txt").complains(2, "notes.txt")


def test_rows_that_are_given_up_stay_and_are_told(run: Run, environment: Served, tmp_path: Path) -> None:
    """A row that Act-On rejects is told of by its first letter, and stays in the journal; the exit code is 1."""
    list_id = environment.new_list("Email")
    killed(list_id, tmp_path / "one.journal", 1, "secret")
    refusal = Reply(400, {"errorCode": "10000", "message": "secret0@example.com is bad"})
    environment.ask(lambda server: server.faults.add(refusal, on="contacts.upsert"))
    ended = run("queue", "drain", tmp_path / "one.journal")
    assert ended.code == 1
    assert "0 rows saved, 0 left, 1 given up." in ended.out
    assert "rejected: s***@example.com: ***@*** is bad" in ended.out
    assert "secret" not in ended.out + ended.err
    (told,) = run("queue", "status", tmp_path / "one.journal", "--json").value
    assert (told["waiting"], told["given_up"][0]["email"]) == (0, "s***@example.com")


def test_ctrl_c_leaves_the_rows(
    environment: Served, run: Run, start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """An interrupted drain loses nothing, and says how to go on."""
    list_id = environment.new_list("Email")
    killed(list_id, tmp_path / "one.journal", 8)
    environment.ask(lambda server: server.faults.add(Hang(), on="lists.merge", times=9))
    before = environment.count("lists.merge")
    process = start("queue", "drain", tmp_path / "one.journal", "--json")
    for _ in range(2_000):
        if environment.count("lists.merge") > before:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 130
    assert json.loads(out)["go_on"] == ["asyncsdk", "queue", "drain", str(tmp_path / "one.journal")]
    assert "Traceback" not in err
    (told,) = run("queue", "status", tmp_path / "one.journal", "--json").value
    assert (told["open"], told["waiting"] + told["on_their_way"]) == (False, 8)


@pytest.mark.parametrize("status", [401, 404])
def test_what_does_not_pass_ends_a_drain(run: Run, environment: Served, tmp_path: Path, status: int) -> None:
    """Refused credentials or a list that is gone are told; the rows stay."""
    list_id = environment.new_list("Email")
    killed(list_id, tmp_path / "one.journal", 8)
    body = {"error": "invalid_token"} if status == 401 else {"errorCode": "10000", "message": "no such list"}
    where = "any" if status == 401 else "lists.download"
    environment.ask(lambda server: server.faults.add(Reply(status, body), on=where, times=99))
    ended = run("queue", "drain", tmp_path / "one.journal")
    ended.ends_with(3 if status == 401 else 4, "")
    environment.ask(lambda server: server.faults.clear())
    assert run("queue", "drain", tmp_path / "one.journal").out == "8 rows saved, 0 left, 0 given up.\n"


def test_a_list_that_is_gone_ends_a_drain(run: Run, environment: Served, tmp_path: Path) -> None:
    """Rows for a list that was deleted are not tried for ever; the command says why, and they stay."""
    list_id = environment.new_list("Email")
    killed(list_id, tmp_path / "one.journal", 2)
    assert run("call", "lists.delete", list_id).code == 0
    run("queue", "drain", tmp_path / "one.journal").ends_with(4, "missing list")
    (told,) = run("queue", "status", tmp_path / "one.journal", "--json").value
    assert told["waiting"] == 2


def test_trouble_that_goes_on_is_told_once(run: Run, environment: Served, tmp_path: Path) -> None:
    """A drain that waits for a list to answer says so in one line, though each answer has an id of its own."""
    list_id = environment.new_list("Email")
    killed(list_id, tmp_path / "one.journal", 2)
    busy = Reply(400, {"errorCode": "10000", "message": "busy"})
    environment.ask(lambda server: server.faults.add(busy, on="lists.download", times=3))
    ended = run("queue", "drain", tmp_path / "one.journal")
    assert (ended.code, ended.out) == (0, "2 rows saved, 0 left, 0 given up.\n")
    assert [line for line in ended.err.splitlines() if "busy" in line] == [
        f"List {list_id}: 2 rows wait: InvalidRequest: busy"
    ]


@pytest.mark.parametrize("command", ["drain", "status"])
def test_journals_are_not_sent_to_an_emulator(run: Run, tmp_path: Path, command: str) -> None:
    """The rows are an account's: an emulator that is gone afterwards is no place for them."""
    run("queue", command, tmp_path, "--emulator").complains(2, "Unknown option: --emulator")
