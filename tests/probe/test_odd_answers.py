"""Odd answers: an account whose bodies have another shape than any that is known is probed to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from asyncsdk.emulator import Emulator
from asyncsdk.probe import ALL_CHECKS, Access, Outcome, ProbeRun, make_plan
from tests.probe.test_departures import departing_account
from tests.support.departing import Served


def within(body: Any, change: Callable[[Any], Any]) -> Any:
    """The body, with each value in an array changed, however deep it is."""
    if isinstance(body, dict):
        return {name: within(value, change) for name, value in body.items()}
    return [change(value) for value in body] if isinstance(body, list) else body


ODD: dict[str, Callable[[Any], Any]] = {
    "rows are numbers": lambda body: {**body, "data": [1, 2]} if "data" in body else body,
    "members of arrays are objects": lambda body: within(body, lambda value: {"value": value}),
    "members of arrays are null": lambda body: within(body, lambda _: None),
    "all values are arrays of texts": lambda body: {name: [str(value)] for name, value in body.items()},
    "the body is in an array": lambda body: [body],
}


@pytest.mark.slow
@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
async def test_a_probe_comes_to_its_end_whatever_is_answered(
    server: Emulator, change: Callable[[Any], Any]
) -> None:
    """No answer is an error of the program's own; a check that cannot go on says so, and the next one is asked."""

    def odd(served: Served) -> None:
        if served.path.startswith(("/token", "/api/1/account")):
            return
        if served.headers.get("Content-Type", "").startswith("application/json") and isinstance(served.json, dict):
            served.json = change(served.json)

    async with departing_account(server, odd) as account:
        run = ProbeRun(account, make_plan(ALL_CHECKS, (Access.READ, Access.WRITE), 1_000))
        assert await run.carry_out() is None
    assert {result.outcome for result in run.results().checks} <= {*Outcome} - {Outcome.NOT_COMPARED}
