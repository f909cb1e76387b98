"""Send planner: keeps what the send decision depends on, and takes out what is sent. It needs no event loop."""

from __future__ import annotations

from math import inf

from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff
from asyncsdk.queue.batch import Batch, Batches, batches_of
from asyncsdk.queue.lifecycle import QueueState
from asyncsdk.queue.pacing import QuotaPacer
from asyncsdk.queue.send_decision import Decision, Send, Situation, TakeRows, Triggers, next_batch, sent_together

__all__ = ["SendPlanner"]


class SendPlanner:
    """Planner: decides what is sent next; times are the loop's.

    Args:
        triggers: when to send.
        backlog: the rows.
        batches: those that are ready, and those that are followed.
        backoff: how long all batches wait after failures.
        pacer: how often.
        state: whether the queue closes, and until when.
    """

    def __init__(
        self,
        triggers: Triggers,
        backlog: Backlog,
        batches: Batches,
        backoff: Backoff,
        pacer: QuotaPacer,
        state: QueueState,
    ) -> None:
        self._triggers = triggers
        self._backlog = backlog
        self._batches = batches
        self._backoff = backoff
        self._pacer = pacer
        self._state = state
        self._flush_asked = False
        self._rows_went_last = False

    def row_added(self) -> None:
        """Note a new row that waits, which may be the first, or the one that triggers a send."""
        waiting = len(self._backlog.waiting)
        if waiting == 1 or waiting >= self._triggers.size:
            self._state.changed.set()

    def ask_for_flush(self) -> None:
        """Make all waiting rows due, whatever their age."""
        self._flush_asked = True
        self._state.changed.set()

    def is_over(self, now: float) -> bool:
        """Whether the queue closes and nothing is left that could be done in time."""
        if not self._state.draining or self._backlog.waiting or not self._batches.all_ended:
            return False
        return not self._backlog.blocked or now + self._backlog.seconds_until_release() > self._state.deadline

    def next_batch(self, now: float) -> Decision:
        """Decide what is sent now, or until when to wait."""
        waiting = self._backlog.waiting
        # What is left of the day's calls is asked for only where it counts: a closed session cannot tell.
        is_paced = bool(waiting) or any(batch.paced for batch in self._batches.ready)
        situation = Situation(
            self._triggers,
            rows=len(waiting),
            oldest=next(iter(waiting.values())).since if waiting else inf,
            ready=self._batches.ready,
            open_files=self._batches.open_files(),
            failed_until=self._backoff.until,
            all_wait_until=self._backoff.until_for_all,
            paid_at=self._pacer.next_flush() if is_paced and not self._state.draining else -inf,
            released_at=now + self._backlog.seconds_until_release(),
            flush_asked=self._flush_asked,
            draining=self._state.draining,
            rows_went_last=self._rows_went_last,
        )
        return next_batch(situation, now)

    def take(self, decision: Send | TakeRows, now: float) -> list[Batch]:
        """Take out the batches that are sent now; they are no longer ready."""
        self._rows_went_last = isinstance(decision, TakeRows)
        if isinstance(decision, TakeRows):
            self._flush_asked = False
            ready = batches_of(self._backlog.take(decision.most))
            self._batches.ready.extend(ready)
            chosen = sent_together(ready)
        else:
            chosen = decision.batches
        if isinstance(decision, TakeRows) or any(batch.paced for batch in chosen):
            self._pacer.flush_began(now)
        self._batches.ready = [batch for batch in self._batches.ready if batch not in chosen]
        return list(chosen)
