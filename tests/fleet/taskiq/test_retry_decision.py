"""Laws of the decision what follows a task's error, for errors and groups of errors of all kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import InvalidArgument, NotSent, QuotaExhausted, ReplyLost
from asyncsdk.fleet.taskiq.retry_decision import GiveUp, RetryWaits, RunAgain, decide
from asyncsdk.fleet.taskiq.retry_rules import RULES, rule_for, single_errors
from asyncsdk.fleet.taskiq.task_history import TaskHistory

WAITS = RetryWaits(2.0, 600.0)

budgets = st.builds(QuotaExhausted, st.just("day"), st.floats(0, 86_400), st.just("spent"))
others = st.sampled_from([NotSent("away"), ReplyLost("lost"), InvalidArgument("bad"), KeyError("Company")])
errors = st.recursive(
    budgets | others,
    lambda inner: st.builds(ExceptionGroup, st.just("all"), st.lists(inner, min_size=1, max_size=3)),
)
histories = st.builds(TaskHistory, st.integers(0, 1_000), st.integers(0, 30), st.none())


@pytest.mark.slow
@given(errors, histories)
def test_nothing_comes_back_before_its_budget(error: Exception, history: TaskHistory) -> None:
    """A task that is run again waits for the budget that resets last, also where other errors came with it."""
    decision = decide(error, history, RULES, WAITS, may_have_acted=False)
    resets = [each.resets_in for each in single_errors(error) if isinstance(each, QuotaExhausted)]
    if isinstance(decision, RunAgain):
        assert max(resets, default=0.0) < decision.after <= max(resets, default=0.0) + 600.0
    else:
        assert len(resets) < len(list(single_errors(error)))


@pytest.mark.slow
@given(errors, histories)
def test_what_may_have_acted_is_never_run_again(error: Exception, history: TaskHistory) -> None:
    """Whatever the error is: a task that made an unsafe call, or may have made one, is given up."""
    assert isinstance(decide(error, history, RULES, WAITS, may_have_acted=True), GiveUp)


@pytest.mark.slow
@given(errors, histories)
def test_the_strictest_error_of_a_group_decides(error: Exception, history: TaskHistory) -> None:
    """A task is run again exactly if it would be for each of its errors by itself."""
    alone = [decide(each, history, RULES, WAITS, may_have_acted=False) for each in single_errors(error)]
    decision = decide(error, history, RULES, WAITS, may_have_acted=False)
    assert isinstance(decision, RunAgain) == all(isinstance(each, RunAgain) for each in alone)


@given(st.text(), histories)
def test_a_story_is_one_bounded_line(text: str, history: TaskHistory) -> None:
    """Whatever an error says, its story is one line without addresses, and not much longer than 500 letters."""
    decision = decide(InvalidArgument(f"{text} ada@example.com"), history, RULES, WAITS, may_have_acted=False)
    assert isinstance(decision, GiveUp)
    assert len(decision.story.splitlines()) == 1
    assert len(decision.story) < 700
    assert "ada@example.com" not in decision.story


def test_errors_of_no_kind_are_never_run_again() -> None:
    """What is no Exception, such as a stop of the program, fits no rule."""
    assert rule_for(KeyboardInterrupt(), RULES).retries == 0
