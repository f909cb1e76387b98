"""Homes of an account's limits: every scenario of processes is played once in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.homes import Home


@pytest.fixture(params=["file", "redis"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Where the processes of one account share their limits."""
    if request.param == "file":
        return Home("file", {"path": str(tmp_path / "token")})
    url: str = request.getfixturevalue("redis_url")
    account: str = request.getfixturevalue("account")
    return Home("redis", {"redis_url": url, "account": account})
