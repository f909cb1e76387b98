"""Waiting messages of commands."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import FileStore, Tally, clock
from asyncsdk.auth.login_backoff import login_wait
from asyncsdk.cli.output.wait_notices import show_waits
from asyncsdk.redis.outage import Outage
from tests.cli.conftest import Run
from tests.cli.served import Served


def login_failed_lately(path: Path, longest: float = 1.0) -> None:
    """Note a login that brought no token, so long ago that the next one is due in so many seconds at the most."""
    now = clock.wall()
    failed = next(now - age / 20 for age in range(300) if 0.1 < login_wait([now - age / 20], 0.0, now) < longest)
    asyncio.run(FileStore(path).count(Tally(logins=[failed])))


def test_a_command_that_waits_for_a_login_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands still only after a line that tells why and how long."""
    for seconds in (1, 3, 9):  # on a busy machine a short wait is over before the command is at it
        login_failed_lately(tmp_path / f"{seconds}", seconds)
        monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / f"{seconds}"))
        ended = run("lists")
        assert ended.code == 0
        if ended.err:
            break
    assert "The next one is tried in" in ended.err
    assert ended.err.startswith("asyncsdk: ")


def test_a_command_that_waits_for_redis_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """While Redis is away, calls may wait for long, and nothing moves: a line tells why, once."""
    show_waits(wanted=True)
    try:
        outage = Outage("acme", "share")
        for moment in (0.0, 1.0):
            outage.failed(ConnectionError("nobody listens"), moment, moment)
    finally:
        show_waits(wanted=False)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "asyncsdk: Redis, which keeps the limits of account acme, cannot be asked: nobody listens. Meanwhile"
    )


@pytest.mark.slow
def test_a_command_that_is_quiet_waits_without_a_word(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cron sends no mail about a wait after which all went well."""
    login_failed_lately(tmp_path / "token")
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token"))
    path = tmp_path / "leads.csv"
    path.write_text("Email\nada@example.com\n")
    ended = run("upsert", environment.new_list("Email"), path, "--quiet")
    assert (ended.code, ended.err, ended.out) == (0, "", "")
