"""Waiting messages of commands."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import FileStore, Tally, clock
from asyncsdk.auth.login_backoff import login_wait
from tests.cli.conftest import Run
from tests.cli.served import Served


def login_failed_lately(path: Path) -> None:
    """Note a login that brought no token, so long ago that the next one is due in a moment."""
    now = clock.wall()
    failed = next(now - age / 20 for age in range(300) if 0.1 < login_wait([now - age / 20], 0.0, now) < 1.0)
    asyncio.run(FileStore(path).count(Tally(logins=[failed])))


def test_a_command_that_waits_for_a_login_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands still only after a line that tells why and how long."""
    login_failed_lately(tmp_path / "token")
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token"))
    ended = run("lists")
    assert ended.code == 0
    assert "The next one is tried in" in ended.err
    assert ended.err.startswith("asyncsdk: ")


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
