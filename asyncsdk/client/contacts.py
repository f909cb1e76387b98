"""Namespace ``contacts``: the routes, and the write-behind queue."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, ForwardRef

from asyncsdk import api
from asyncsdk.client.namespace import Namespace

if TYPE_CHECKING:
    from asyncsdk.queue import ContactQueue, SharedJournal, UnsavedRow
else:
    # Queues are imported on their first use; type hints that are read at run time find their classes by these.
    def _queue():
        from asyncsdk import queue

        return queue

    ContactQueue = ForwardRef("_queue().ContactQueue")
    SharedJournal = ForwardRef("_queue().SharedJournal")
    UnsavedRow = ForwardRef("_queue().UnsavedRow")

__all__ = ["Contacts"]


class Contacts(Namespace, api.Contacts):
    """Records of a list."""

    def queue(
        self,
        list_id: str,
        *,
        max_size: int = 1000,
        max_age: float = 10.0,
        capacity: int = 10_000,
        quota_share: float = 0.5,
        drain_within: float | None = None,
        journal: str | PathLike[str] | SharedJournal | None = None,
        on_unsaved: Callable[[UnsavedRow], object] | None = None,
    ) -> ContactQueue:
        """Take contacts now and send them soon, many at once: ``await queue.put(email, data)``, for web backends.

        Few rows go out as calls of their own, more as one file. However many come, the time between two flushes
        grows with the calls that the last one took, and as the day's calls become few: so rows may wait longer
        than ``max_age``, and more of them go out together than ``max_size``.

        Args:
            list_id: the list, such as ``l-0001``.
            max_size: send when so many addresses wait; a trigger, and no bound of a file ...
            max_age: ... or when the oldest has waited so many seconds.
            capacity: addresses held at the most, also those on their way; then ``put`` waits until there is room.
            quota_share: the share of the calls left that the queue may spend on a day, from 0 to 1.
            drain_within: seconds that closing the queue takes, to send what is left and to hand over what was not
                saved; by default 5 with a journal, which keeps the rest, and 20 without one.
            journal: a file that keeps the rows until they are saved, or told of, so that not even a crash loses
                one; a queue that is opened with it takes rows without a call. Or a folder for several processes of
                a machine, or ``fleet.queue_journal(name)`` for those of many: all put into it, and one of them
                sends. What does not exist yet is a folder if it ends with a slash, or if it is a ``Path`` without
                a suffix.
            on_unsaved: called with each row that is given up without anybody waiting for its outcome, and awaited
                if it is asynchronous; by default closing the queue raises ``RowsUnsaved`` with them.

        Raises:
            InvalidArgument: a bound makes no sense.
        """
        from asyncsdk.queue import ContactQueue

        return ContactQueue(
            self._calls,
            self._calls.check_open,
            list_id,
            max_size=max_size,
            max_age=max_age,
            capacity=capacity,
            quota_share=quota_share,
            drain_within=drain_within,
            journal=journal,
            on_unsaved=on_unsaved,
        )
