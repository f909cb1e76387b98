"""Counts of the tests that need a thing of the machine: a run that must hold them ends red if too few passed.

``ASYNCSDK_REDIS_TESTS=30`` asks for thirty tests with Redis at least, ``ASYNCSDK_BROWSER_TESTS=30`` for thirty in a
browser; a run of a part of the tests does without. A server that is missing, a folder that is not collected and a
mark that leaves tests out all show so. Only tests that were given the thing count: many that stand beside them need
none. A run that may leave them out says in its last lines that it did.
"""

from __future__ import annotations

import os
from typing import Final

import pytest
from attrs import frozen

__all__ = ["BROWSER", "REDIS", "CountedTests", "Kind", "note", "pytest_configure"]


@frozen
class Kind:
    """A kind of tests that are counted."""

    name: str
    """The name of the property of such a test; reports carry it, also those of other processes."""

    words: str
    variable: str
    """The environment variable with the fewest that must pass."""


REDIS: Final = Kind("redis", "tests with Redis", "ASYNCSDK_REDIS_TESTS")
BROWSER: Final = Kind("browser", "tests in a browser", "ASYNCSDK_BROWSER_TESTS")


def note(test: pytest.Item, kind: Kind) -> None:
    """Note that a test is of a kind: it was given the thing, or is left out for want of it."""
    test.user_properties.append((kind.name, True))


def pytest_configure(config: pytest.Config) -> None:
    """Count in the process that hears of all tests, which with xdist is not one that runs them."""
    if not hasattr(config, "workerinput"):
        for kind in (REDIS, BROWSER):
            config.pluginmanager.register(CountedTests(kind, int(os.environ.get(kind.variable, "") or 0)))


class CountedTests:
    """Counts the tests of a kind that passed, and those that were left out."""

    def __init__(self, kind: Kind, fewest: int) -> None:
        self._kind = kind
        self._fewest = fewest
        self._passed = 0
        self._left_out: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test of the kind."""
        if not any(name == self._kind.name for name, _ in report.user_properties):
            return
        self._passed += report.when == "call" and report.passed
        if report.skipped and isinstance(report.longrepr, tuple):
            self._left_out.append(str(report.longrepr[2]).removeprefix("Skipped: "))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make the run red."""
        if self._passed < self._fewest and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say why, and what was left out."""
        words = self._kind.words
        for reason in dict.fromkeys(self._left_out):
            terminalreporter.write_line(
                f"{self._left_out.count(reason)} {words} were left out: {reason}", yellow=True
            )
        if self._passed < self._fewest:
            terminalreporter.write_line(
                f"{self._passed} {words} passed, and {self._fewest} must ({self._kind.variable}).", red=True
            )
