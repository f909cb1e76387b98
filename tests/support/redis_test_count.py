"""Count of the tests with Redis: a run that must hold them ends red if fewer passed than it was told.

``ASYNCSDK_REDIS_TESTS=30`` asks for thirty at least; a run of a part of the tests does without. A server that is
missing, a folder that is not collected and a mark that leaves tests out all show so. Only tests that were given a
server count: many that stand beside them need none.
"""

from __future__ import annotations

import os

import pytest

__all__ = ["RedisTestCount", "note_server", "pytest_configure"]

NOTE = "redis"
"""The name of the property of a test that was given a server; reports carry it, also those of other processes."""


def note_server(test: pytest.Item) -> None:
    """Note that a test was given a server."""
    test.user_properties.append((NOTE, True))


def pytest_configure(config: pytest.Config) -> None:
    """Count in the process that hears of all tests, which with xdist is not one that runs them."""
    fewest = int(os.environ.get("ASYNCSDK_REDIS_TESTS", "") or 0)
    if fewest and not hasattr(config, "workerinput"):
        config.pluginmanager.register(RedisTestCount(fewest))


class RedisTestCount:
    """Counts the tests that passed."""

    def __init__(self, fewest: int) -> None:
        self._fewest = fewest
        self._passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test that passed, and had a server."""
        had_one = any(name == NOTE for name, _ in report.user_properties)
        self._passed += report.when == "call" and report.passed and had_one

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make the run red."""
        if self._passed < self._fewest and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why."""
        if self._passed < self._fewest:
            terminalreporter.write_line(
                f"{self._passed} tests with Redis passed, and {self._fewest} must (ASYNCSDK_REDIS_TESTS).", red=True
            )
