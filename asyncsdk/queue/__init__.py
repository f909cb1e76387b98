"""A write-behind queue: a web backend puts contacts into it and goes on; it sends them together.

::

    put -> columns -> room -> journal -> backlog -> flushing -> carrying -> following -> landing
           known?     is there?  on disk   coalesced   when        how         a file's job   told

``engine`` puts these together. ``backlog`` says where a row can be, ``flight`` what goes together, ``trouble``
what an error means.

What outlives the process::

    storage -> keeper -> journal -> writer     a row goes to disk: kept says in which form
            -> replay                          a file's rows come back
            -> adoption -> folder -> haul      so do those of dead processes

``standing`` looks at journals without a queue.
"""

from __future__ import annotations

import sys

from asyncsdk.queue import results
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

# What version 0.1.0 has pickled names the module of the results by its earlier name.
sys.modules[f"{__name__}.outcome"] = results
