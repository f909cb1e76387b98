"""The client's time of day is the one at which deliveries are signed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from asyncsdk import clock
from tests.webhooks.signing import NOW


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the time of day."""

    def at(now: float) -> None:
        monkeypatch.setattr(clock, "wall", lambda: now)

    at(NOW)
    return at
