"""Tests in a browser that are left out: the run says so, and one that must hold them is red."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def run_without_chromium(workers: int, **variables: str) -> subprocess.CompletedProcess[str]:
    """A run of one test where no program is found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASYNCSDK_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(workers)]
    return subprocess.run(  # noqa: S603
        [*command, "tests/browser/test_watch.py"],
        cwd=ROOT,
        env=kept | {"PATH": ""} | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_run_without_chromium_says_so() -> None:
    """It is green, and its last lines say what was left out and which command installs the browser."""
    done = run_without_chromium(0)
    assert done.returncode == 0, done.stdout
    assert "tests in a browser were left out: there is no Chromium here" in done.stdout.splitlines()[-2]
    assert "apt-get install --no-install-recommends chromium" in done.stdout.splitlines()[-2]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_that_must_hold_them_is_red(workers: int) -> None:
    """Continuous integration cannot leave them out, in one process nor in several."""
    done = run_without_chromium(workers, ASYNCSDK_BROWSER_TESTS="1")
    assert done.returncode == 1, done.stdout
    assert "0 tests in a browser passed, and 1 must (ASYNCSDK_BROWSER_TESTS)." in done.stdout
