"""Upserts that end in the middle: one line says why, and how to go on; then nothing is sent twice."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from asyncsdk import FileStore, Tally
from asyncsdk.emulator import Emulator, Pass, Reply
from tests.cli.conftest import Run, command_to_go_on
from tests.cli.served import Served

UNAUTHORIZED = Reply(401, {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""})
FORBIDDEN = Reply(403, {"httpCode": "403", "httpMessage": "Forbidden", "moreInformation": ""})


def many(path: Path, number: int) -> Path:
    """A file of so many good rows."""
    path.write_text("Email\n" + "".join(f"p{each}@example.com\n" for each in range(number)))
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("refusal", "code"), [(UNAUTHORIZED, 3), (FORBIDDEN, 4)])
def test_what_every_row_would_meet_ends_the_run(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Reply, code: int
) -> None:
    """Once the token is revoked or a right is gone, the rest is not sent; what was saved is not sent again."""
    list_id = environment.new_list("Email")
    path = many(tmp_path / "a.csv", 8)

    def script(server: Emulator) -> None:
        server.faults.add(Pass(), on="contacts.upsert", times=4)
        server.faults.add(refusal, on="contacts.upsert", times=1000)

    monkeypatch.setenv("ACTON_TOKEN", environment.ask(lambda server: server.issue_token())["access_token"])
    environment.ask(script)
    ended = run("upsert", list_id, path, "--via", "records")
    last = ended.ends_with(code, "To go on from ")
    assert len(environment.emails(list_id)) == 4
    environment.ask(lambda server: server.faults.clear())
    calls = environment.count("contacts.upsert")
    resumed = run(*command_to_go_on(last))
    assert resumed.code == 0
    assert "Going on where" in resumed.err
    assert environment.count("contacts.upsert") - calls == 4
    assert len(environment.emails(list_id)) == 8
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.slow
def test_the_command_to_go_on_says_what_the_first_one_said(run: Run, environment: Served, tmp_path: Path) -> None:
    """Also names of columns that begin with a dash, which would pass for options."""
    list_id = environment.new_list("Email", "-x", "y")
    path = tmp_path / "a.csv"
    path.write_text("-mail,-z,y,-own\n" + "".join(f"p{each}@example.com,{each},,1\n" for each in range(3)))
    environment.ask(lambda server: server.faults.add(FORBIDDEN, on="contacts.upsert", times=1000))
    words = ("--key=-mail", "--map=-mail=Email", "--map=-z=-x", "--ignore=-own", "--ignore", "y")
    last = run("upsert", list_id, path, *words, "--via", "records").ends_with(4, "To go on from ")
    environment.ask(lambda server: server.faults.clear())
    assert run(*command_to_go_on(last)).code == 0
    assert environment.ask(lambda server: server.rows(list_id))[2] == ["p2@example.com", "2", ""]


@pytest.mark.slow
def test_a_quota_that_is_spent_in_the_middle(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 6; the line tells when it resets, and how to go on then."""
    list_id = environment.new_list("Email")
    path, token = many(tmp_path / "a.csv", 10), tmp_path / "token.json"
    asyncio.run(FileStore(token).count(Tally({int(time.time() // 60): 30_000 - 6})))
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(token))
    ended = run("upsert", list_id, path, "--via", "records")
    last = ended.ends_with(6, "the next is free in")
    assert command_to_go_on(last) == ["upsert", list_id, str(path), "--resume"]
    assert 1 <= len(environment.emails(list_id)) <= 6


def test_resuming_needs_a_journal(run: Run, environment: Served, tmp_path: Path) -> None:
    """Exit code 2, and nothing is sent; a run that does not begin leaves no journal, and --plan wants none."""
    list_id = environment.new_list("Email")
    path = many(tmp_path / "a.csv", 1)
    calls = environment.server.calls.total
    run("upsert", list_id, path, "--resume").complains(2, "no journal")
    run("upsert", list_id, path, "--resume", "--plan").complains(2, "say one of them")
    run("upsert", list_id, path, "--resume", "--emulator").complains(2, "do not go with it")
    run("upsert", list_id, path, "--journal", path).complains(2, "cannot be used")
    assert environment.server.calls.total == calls
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_no_network(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 5, and it is said that nothing was sent; no journal stays."""
    monkeypatch.setenv("ACTON_BASE_URL", "http://127.0.0.1:9")
    run("upsert", "l-0001", many(tmp_path / "a.csv", 1)).complains(5, "Nothing was sent.")
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
