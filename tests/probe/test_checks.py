"""The checks as a whole: what they ask, and that they are told apart."""

from __future__ import annotations

from asyncsdk.api import TABLE
from asyncsdk.http.messages import Effect
from asyncsdk.probe import ALL_CHECKS, Access, make_plan

NOT_ASKED = {"custom_data.validate_file"}
"""Reading routes without a check: this one takes a file with the columns of an object that the account has made."""


def test_every_reading_route_is_asked() -> None:
    """A new route that reads needs a check, or a reason why it has none."""
    asked = {check.name.partition(":")[0] for check in ALL_CHECKS}
    reading = {name for name, route in TABLE.items() if route.effect is Effect.READ}
    assert reading - asked == NOT_ASKED


def test_checks_are_told_apart_by_their_names() -> None:
    """No two have the same name, and each has a question."""
    names = [check.name for check in ALL_CHECKS]
    assert len(set(names)) == len(names)
    assert all(check.question.endswith("?") and check.calls > 0 for check in ALL_CHECKS)


def test_the_usual_budget_has_room_for_all_that_reads() -> None:
    """With 200 calls nothing that reads is left out, and nothing that writes is among it."""
    plan = make_plan(ALL_CHECKS, {Access.READ}, 200)
    assert plan.left_out == ()
    assert {check.access for check in plan.checks} == {Access.READ}
