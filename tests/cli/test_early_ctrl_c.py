"""Ctrl-C from the first moment on: one line, never Python's traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SLOW_TO_READ = {"asyncio", "importlib.util", "json", "logging", "typing", "asyncsdk.session", "asyncsdk.models"}

# What the command's script does, which says when the first line of ours has run.
SCRIPT = """
import os, sys
sys.argv = ["asyncsdk", "usage", "--emulator"]
from asyncsdk.cli.startup_signals import handle_early_interrupt
handle_early_interrupt()
os.write(1, b"begun\\n")
from asyncsdk.cli import main
sys.exit(main())
"""


def test_next_to_nothing_is_read_before_ctrl_c_is_heeded() -> None:
    """The module of the console script reads none of what takes time: Python itself has the rest."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import asyncsdk.cli; print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", program]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603
    assert "asyncsdk.cli.startup_signals" in read
    assert not SLOW_TO_READ & set(read)


@pytest.mark.slow
@pytest.mark.parametrize("wait", [0.0, 0.002, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0])
def test_ctrl_c_at_many_moments(wait: float) -> None:
    """From the first line on until the end: done, or interrupted in one line; the emulator is private."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=180)
    assert (process.returncode, err) in {(130, "asyncsdk: interrupted\n"), (0, "")}


@pytest.mark.slow
def test_ctrl_c_after_the_command_is_ignored() -> None:
    """A command that has ended keeps its exit code, also if Ctrl-C comes while Python shuts down."""
    program = SCRIPT.replace("sys.exit(main())", "main(); os.kill(os.getpid(), 2); print('shut down')")
    program = program.replace('"usage", "--emulator"', '"--version"')
    command = [sys.executable, "-c", program]
    ended = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("shut down\n")
