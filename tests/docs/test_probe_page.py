"""The page about probes: its numbers are those of the checks."""

from __future__ import annotations

from asyncsdk.probe import ALL_CHECKS, Access
from asyncsdk.probe.burst import MOST
from tests.docs.documents import ROOT

PAGE = (ROOT / "docs/probe.md").read_text(encoding="utf-8")


def calls(*access: Access) -> int:
    """Calls that checks of these kinds need at most."""
    return sum(check.calls for check in ALL_CHECKS if check.access in access)


def test_the_numbers_of_calls_are_true() -> None:
    """The page says how many calls a reading probe makes, and how many a burst has."""
    assert f"at most {calls(Access.READ)} calls" in PAGE
    assert f"up to {MOST} calls at once" in PAGE


def test_what_is_asked_fits_in_the_default_budgets() -> None:
    """By default nothing is left out: the page's two numbers are enough for all that they allow."""
    assert "by default 200, with `--write` or `--limits` 600" in PAGE
    assert calls(Access.READ) <= 200
    assert calls(*Access) <= 600
