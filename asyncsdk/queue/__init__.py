"""A write-behind queue: a web backend puts contacts into it and goes on; it sends them together.

::

    put -> columns -> room -> journal -> backlog -> flushing -> carrying -> following -> landing
           known?     is there?  on disk   coalesced   when        how         a file's job   told

``backlog`` says where a row can be, ``flight`` what goes together, ``trouble`` what an error means, ``keeper`` and
``journal`` what outlives the process, ``replay`` how it comes back.
"""

from __future__ import annotations

from asyncsdk.queue.contact_queue import ContactQueue
from asyncsdk.queue.outcome import Fate, PutOutcome, QueueClosed, QueueReport, RowsUnsaved, UnsavedRow, WrongLoop

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
