"""The limits, as the server counts them."""

from __future__ import annotations

import pytest

from tests.emulator.driver import Raw

TOO_MANY = {
    "httpCode": "429",
    "httpMessage": "Too Many Requests",
    "moreInformation": "Rate Limit exceeded",
}


async def test_the_sixth_call_of_a_second_is_refused(raw: Raw) -> None:
    """A window slides: it empties a second after each arrival, and refused calls count as well."""
    raw.server.settings.calls_per_second = 5
    assert [(await raw.get("/api/1/account")).status for _ in range(5)] == [200] * 5
    raw.server.clock.advance(0.5)
    assert (await raw.get("/api/1/account")).told == (429, TOO_MANY)
    raw.server.clock.advance(0.5)
    assert [(await raw.get("/api/1/account")).status for _ in range(5)] == [200, 200, 200, 200, 429]


@pytest.mark.slow
async def test_refused_calls_need_not_count(raw: Raw) -> None:
    """With strict=False only what was let through fills the window."""
    raw.server.settings.calls_per_second = 1
    raw.server.settings.strict = False
    assert [(await raw.get("/api/1/account")).status for _ in range(2)] == [200, 429]
    raw.server.clock.advance(1)
    assert (await raw.get("/api/1/account")).status == 200


async def test_token_calls_count_too(raw: Raw) -> None:
    """A login takes a place in the second like any call."""
    raw.server.settings.calls_per_second = 1
    assert (await raw.token(grant_type="password")).status == 200
    assert (await raw.get("/api/1/account")).told == (429, TOO_MANY)


async def test_the_day_has_a_quota(raw: Raw) -> None:
    """What is over it is refused until the next day, UTC."""
    raw.server.settings.calls_per_day = 3
    assert [(await raw.get("/api/1/account")).status for _ in range(4)] == [200, 200, 200, 429]
    raw.server.clock.advance(86400)
    raw.bearer = raw.server.issue_token()["access_token"]
    assert (await raw.get("/api/1/account")).status == 200


async def test_every_arrival_is_logged(raw: Raw) -> None:
    """The log tells time, route, status and connection, but no token."""
    await raw.get("/api/1/list", count="7")
    raw.server.clock.advance(0.25)
    await raw.token(grant_type="password")
    await raw.get("/api/1/nothing")
    first, second, third = raw.server.calls
    assert (first.method, first.path, first.route, first.status) == ("GET", "/api/1/list", "lists.all", 200)
    assert first.query == {"count": "7"}
    assert first.headers["Authorization"] == ""
    assert [call.new_connection for call in raw.server.calls] == [True, False, False]
    assert second.time - first.time == 0.25
    assert (second.route, third.route, third.status) == ("token", "", 404)
    assert raw.server.most_in_any_second() == 3
    raw.server.clock.advance(0.75)
    await raw.get("/api/1/list")
    assert raw.server.most_in_any_second() == 3
    assert len(raw.server.calls.of("lists.all")) == 2
