"""The second that sessions on one store share: each knows of the others' last calls."""

from __future__ import annotations

from asyncsdk.limits.shared_second import SharedSecond
from asyncsdk.limits.sliding_window import SlidingWindow
from asyncsdk.limits.tally import MOST_ARRIVALS
from tests.support.in_flight import UnsentCall


def test_a_store_that_is_out_of_order_for_days_costs_no_memory() -> None:
    """Calls that no store has taken in are remembered up to a bound, and the last ones are among them."""
    window = SlidingWindow(5)
    second = SharedSecond(window)
    for number in range(2_000):
        call = UnsentCall()
        window.take(call)
        call.sent_at = float(number)
        window.finish(call, float(number), answered=True)
        last = second.take_unsynced(float(number), 1_760_000_000.0 + number).arrivals
        assert len(second._known_arrivals) <= 2 * MOST_ARRIVALS
    assert set(last) <= second._known_arrivals
