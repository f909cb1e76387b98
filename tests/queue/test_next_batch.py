"""What is sent next: a pure function, and the planner that keeps what it depends on, both without an event loop."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import ServerError
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.limits.policy import Usage
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff, pause_after
from asyncsdk.queue.batch import CALLS_OF_A_FILE, OVERDUE, Batch, Batches, HoldTimes
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.lifecycle import QueueState
from asyncsdk.queue.pacing import QuotaPacer
from asyncsdk.queue.planner import SendPlanner
from asyncsdk.queue.send_decision import OPEN_FILES, Send, Situation, TakeRows, Triggers, Wait, next_batch

TIMES = st.one_of(st.just(-inf), st.floats(0, 1000))
NOW = st.floats(0, 1000)


def _batch(is_file: bool, not_before: float, paced: bool, sent_at: float) -> Batch:
    batch = Batch([], is_file)
    batch.not_before, batch.paced, batch.sent_at = not_before, paced, sent_at
    return batch


BATCHES = st.builds(_batch, st.booleans(), TIMES, st.booleans(), TIMES)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any situation that a queue can be in."""
    ready = draw(st.lists(BATCHES, max_size=6))
    followed = draw(st.lists(st.builds(_batch, st.just(True), st.just(-inf), st.booleans(), NOW), max_size=5))
    rows = draw(st.integers(0, 40))
    failed_until = draw(TIMES)
    return Situation(
        Triggers(draw(st.integers(1, 30)), draw(st.floats(0, 100))),
        rows=rows,
        oldest=draw(NOW) if rows else inf,
        ready=ready,
        open_files=[each for each in (*followed, *ready) if each.is_file and each.sent_at > -inf],
        failed_until=failed_until,
        all_wait_until=draw(st.sampled_from([failed_until, -inf])),
        paid_at=draw(TIMES),
        released_at=draw(st.one_of(st.just(inf), NOW)),
        flush_asked=draw(st.booleans()),
        draining=draw(st.booleans()),
        rows_went_last=draw(st.booleans()),
    )


@pytest.mark.slow
@given(situations(), NOW)
def test_nothing_is_sent_before_it_may(situation: Situation, now: float) -> None:
    """Neither after trouble, nor while another file is fresh, nor before the day has yielded its calls."""
    decision = next_batch(situation, now)
    paid = situation.draining or situation.paid_at <= now
    if isinstance(decision, Send):
        for batch in decision.batches:
            assert batch.not_before <= now >= situation.failed_until
            assert paid or not batch.paced
            others = [each for each in situation.open_files if each is not batch]
            assert not batch.is_file or all(each.sent_at + OVERDUE <= now for each in others)
        files = [batch for batch in decision.batches if batch.is_file]
        assert len(decision.batches) == 1 or (not files and len(decision.batches) <= CALLS_OF_A_FILE)
    elif isinstance(decision, TakeRows):
        assert situation.rows
        assert paid
        assert situation.all_wait_until <= now
        crowded = len(situation.open_files) >= OPEN_FILES
        assert decision.most == (CALLS_OF_A_FILE if crowded else None)
        if situation.rows > CALLS_OF_A_FILE and not crowded:
            assert all(each.sent_at + OVERDUE <= now for each in situation.open_files)
        full = situation.rows >= situation.triggers.size or situation.flush_asked or situation.draining
        assert full or now >= situation.oldest + situation.triggers.age


@pytest.mark.slow
@given(situations(), NOW)
def test_a_wait_is_neither_too_long_nor_in_vain(situation: Situation, now: float) -> None:
    """Until it ends nothing may be sent; there is no end only where there is nothing to send."""
    decision = next_batch(situation, now)
    if not isinstance(decision, Wait):
        return
    if decision.until is None:
        assert not situation.rows
        assert not situation.ready
        return
    assert decision.until >= now
    for part in (0.5, 0.999):
        between = now + (decision.until - now) * part
        assert between >= decision.until or isinstance(next_batch(situation, between), Wait)
    at_its_end = next_batch(situation, decision.until)
    assert (
        not isinstance(at_its_end, Wait)
        or at_its_end.until is None
        or decision.until
        in {
            min(situation.released_at, now + 60.0),
            now + 60.0,
            now,
        }
    )


@pytest.mark.slow
@given(situations(), NOW)
def test_rows_and_failed_batches_take_turns(situation: Situation, now: float) -> None:
    """Where both may go the one goes that did not go last, so that neither waits for ever."""
    rows_may_go = isinstance(next_batch(evolve(situation, ready=()), now), TakeRows)
    batches_may_go = isinstance(next_batch(evolve(situation, rows=0), now), Send)
    if rows_may_go and batches_may_go:
        decision = next_batch(situation, now)
        assert isinstance(decision, Send if situation.rows_went_last else TakeRows)


@pytest.mark.slow
@given(situations(), NOW)
def test_closing_delays_nothing(situation: Situation, now: float) -> None:
    """What may be sent while the queue is open may be sent when it closes."""
    if not isinstance(next_batch(situation, now), Wait):
        assert not isinstance(next_batch(evolve(situation, draining=True), now), Wait)


class Simulation:
    """A queue without an event loop and without a server: time passes, and batches fare, as a test says.

    Args:
        fates: whether each batch that is sent is saved; those after the last of them are.
    """

    def __init__(self, fates: Sequence[bool]) -> None:
        self.now, self.fates = 0.0, list(fates)
        self.backlog, self.batches, self.backoff = Backlog(), Batches(HoldTimes()), Backoff(PausePolicy())
        state = QueueState("l-0001", lambda: None)
        pacer = QuotaPacer(1.0, lambda: Usage(0, 30_000, 0.0, 5, 0.0), CallCount(), PausePolicy())
        self.planner = SendPlanner(Triggers(10, 5.0), self.backlog, self.batches, self.backoff, pacer, state)

    def put(self, number: int) -> None:
        """A row waits."""
        self.backlog.add(Entry(f"p{number}@example.com", {"Score": "1"}, self.now, self.now))

    def run(self, until: float) -> None:
        """Send what is due until then."""
        while True:
            decision = self.planner.next_batch(self.now)
            if isinstance(decision, Wait):
                if decision.until is None or decision.until > until:
                    self.now = until
                    return
                assert decision.until > self.now, "it waits for nothing"
                self.now = decision.until
                continue
            for batch in self.planner.take(decision, self.now):
                self._send(batch)
            self._check()

    def _send(self, batch: Batch) -> None:
        batch.sent_at = self.now
        if not self.fates or self.fates.pop(0):
            for entry in batch.entries:
                self.backlog.complete(entry, "created")
            self.backlog.release()
            self.backoff.reset()
        else:
            batch.record_failure(self.now, -inf)
            self.backoff.record_failure(ServerError("unavailable", status=503), self.now, batch)
            batch.not_before = self.now + pause_after(batch.tries)
            self.batches.ready.append(batch)

    def _check(self) -> None:
        """Each address that was taken is in one batch, and in one place."""
        taken = [entry.key for batch in self.batches.ready for entry in batch.entries]
        assert sorted(taken) == sorted(self.backlog.in_flight)
        assert not self.backlog.in_flight.keys() & self.backlog.waiting.keys()


STEPS = st.lists(st.one_of(st.integers(0, 40), st.floats(0.1, 400.0)), max_size=60)


@pytest.mark.slow
@given(STEPS, st.lists(st.booleans(), max_size=25))
def test_every_row_is_sent_and_each_address_is_in_one_batch(steps: list[int | float], fates: list[bool]) -> None:
    """Whatever is put when, and however the first batches fare: once they are saved, no row waits for an hour."""
    queue = Simulation(fates)
    for step in steps:
        if isinstance(step, int):
            queue.put(step)
        else:
            queue.run(queue.now + step)
    queue.fates.clear()
    queue.run(queue.now + 3600.0)
    assert len(queue.backlog) == 0
    assert not queue.batches.ready
    put = sum(isinstance(step, int) for step in steps)
    assert queue.backlog.counts["created"] + queue.backlog.counts["coalesced"] == put
