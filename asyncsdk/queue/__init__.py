"""Write-behind queue: a web backend puts contacts into it and goes on; the queue sends them together.

The path of a row::

    put -> columns -> capacity -> journal -> backlog -> planner -> sender -> job_follower -> completion
           checked    waits for   on disk    merged     when       how       a file's job    waiters are told
                      a place

``composition`` makes the parts and starts the tasks; ``scheduler`` is the task that sends. ``lifecycle`` says
whether the queue is open. ``batch`` is what is sent together. ``failures`` decides about one that was not saved,
``backoff`` how long all batches wait after that.

The rows on disk::

    storage -> row_persistence -> journal -> journal_writer  written; journal_schema has the tables
            -> recovery                                      read again when the next queue opens
            -> adoption -> journal_folder -> orphaned_rows   so are those of dead processes

``journal_status`` reads journals without a queue.
"""

from __future__ import annotations

from asyncsdk.queue.contact_queue import ContactQueue
from asyncsdk.queue.results import Fate, PutOutcome, QueueClosed, QueueReport, RowsUnsaved, UnsavedRow, WrongLoop

__all__ = [
    "ContactQueue",
    "Fate",
    "PutOutcome",
    "QueueClosed",
    "QueueReport",
    "RowsUnsaved",
    "UnsavedRow",
    "WrongLoop",
]
