"""Forks of the process of the tests."""

from __future__ import annotations

import os
import warnings


def fork() -> int:
    """``os.fork``; of the threads by which tests are run side by side, new interpreters warn before it."""
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        return os.fork()
