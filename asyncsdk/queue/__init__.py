"""A write-behind queue: a web backend puts contacts into it and goes on; it sends them together.

::

    put -> columns -> room -> journal -> backlog -> flushing -> sending -> outcome
           known?     is there?  on disk   coalesced   when        how
"""

from __future__ import annotations

from asyncsdk.queue.contact_queue import ContactQueue
from asyncsdk.queue.outcome import Fate, PutOutcome, QueueClosed, QueueReport, RowsUnsaved, UnsavedRow

__all__ = ["ContactQueue", "Fate", "PutOutcome", "QueueClosed", "QueueReport", "RowsUnsaved", "UnsavedRow"]
