"""``asyncsdk usage --watch``: what is left, drawn anew."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import WHOLE_RUN, Run
from tests.cli.served import Served


def until(screen: int, words: bytes) -> None:
    """Read what a terminal is sent until these words come."""
    seen, late = b"", time.monotonic() + WHOLE_RUN
    while words not in seen:
        assert time.monotonic() < late, seen
        if select.select([screen], [], [], 0.1)[0]:
            seen += os.read(screen, 10_000)


@pytest.mark.slow
def test_usage_is_drawn_anew(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another program spends shows, and Ctrl-C ends it with 0, as the screen says."""
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token.json"))
    assert run("lists").code == 0
    screen, end = pty.openpty()
    command = [sys.executable, "-W", "error", "-m", "asyncsdk", "usage", "--watch"]
    with subprocess.Popen(command, stdout=end, stderr=end) as process:  # noqa: S603 - our own program
        try:
            until(screen, b"Calls left: 29,998")
            until(screen, b"Ctrl-C ends it.")
            assert run("lists").code == 0
            until(screen, b"Calls left: 29,997")
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(WHOLE_RUN) == 0
    os.close(end)
    os.close(screen)


def test_usage_is_watched_on_a_terminal_only(run: Run) -> None:
    """In a pipe it would be a screen of control characters."""
    run("usage", "--watch").complains(2, "--watch draws on a terminal")
