"""Write-behind queue: a web backend puts contacts into it and goes on; the queue sends them together.

The path of a row::

    put -> columns -> capacity -> journal -> backlog -> planner -> sender -> job_follower -> completion
           checked    waits for   on disk    merged     when       how       a file's job    waiters are told
                      a place

``contact_queue`` is what users see. Behind it is a ``queue_backend``: a ``private_queue``, whose rows are this
process's alone, or a ``shared_queue``: its ``leadership`` has the lead for one ``term`` after the other, and
``outcome_waits`` looks for what another process has sent; ``shared_journal`` says what that needs. ``engine`` makes
the parts that send; ``scheduler`` is the task in which they do. ``lifecycle`` says whether the queue is open.
``batch`` is what is sent together. ``failures`` decides about one that was not saved, ``backoff`` how long all
batches wait after that.

The rows on disk::

    storage -> row_persistence -> journal -> journal_writer  written; journal_schema has the tables
            -> recovery                                      read again when the next queue opens
    folder.folder_journal -> intake, state                   of all processes that share a folder

``journal_status`` reads journals without a queue.
"""

from __future__ import annotations

from asyncsdk.queue.contact_queue import ContactQueue
from asyncsdk.queue.results import Fate, PutOutcome, QueueClosed, QueueReport, RowsUnsaved, UnsavedRow, WrongLoop
from asyncsdk.queue.shared_journal import SharedJournal

__all__ = [
    "ContactQueue",
    "Fate",
    "PutOutcome",
    "QueueClosed",
    "QueueReport",
    "RowsUnsaved",
    "SharedJournal",
    "UnsavedRow",
    "WrongLoop",
]
