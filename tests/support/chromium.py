"""Chromium for tests: the machine's own, as its package brings it, and what to do where there is none.

``python -m tests.support.chromium`` says so in one line, and nothing where all is there.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import Final

__all__ = ["missing", "program"]

GIVEN: Final = "ASYNCSDK_TEST_CHROMIUM"
"""The environment variable with the path of the program, where it is none of the names below."""

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
INSTALL: Final = "sudo apt-get install --no-install-recommends chromium"


def program() -> str | None:
    """The path of the program; None if there is none."""
    if given := os.environ.get(GIVEN, ""):
        return given
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str:
    """What the tests in a browser lack here, and how it is got; empty if they can run."""
    if program() is None:
        return f"there is no Chromium here. On Debian: {INSTALL} (elsewhere, {GIVEN} names the program)"
    if find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
        return "Playwright is not installed: pip install -e '.[browser]'"
    return ""


if __name__ == "__main__" and missing():
    print(f"The tests in a browser were left out: {missing()}")
