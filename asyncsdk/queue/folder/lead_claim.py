"""Lead claim: the file by which a process has the lead for one term, and how another one takes it.

Terms have numbers. Who wants the lead makes the file of the next term: the file system lets one succeed. The lead
is free if the holder of the newest file is dead or has let go of it, which the kernel knows; or if the holder has
not written into it for some seconds, as it stands still. Nobody compares clocks: each measures with its own.
"""

from __future__ import annotations

import os
from math import inf
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.queue.folder.process_lock import ProcessLock, holder_of
from asyncsdk.queue.folder.queue_files import QueueFiles

__all__ = ["LEASE", "LeadClaim", "LeadWatch", "is_newest"]

LEASE: Final = 5.0
"""Seconds after which a process has lost the lead that does not say that it lives."""

MARGIN: Final = 1.0
"""Seconds before that in which it is not sure of the lead any more."""


class LeadClaim:
    """The lead for one term.

    Args:
        files: the queue's files.
        owner: the account.
        term: the number of the term.

    Raises:
        FileExistsError: another process has this term.
        OSError: the file cannot be made.
    """

    def __init__(self, files: QueueFiles, owner: str, term: int) -> None:
        self.term = term
        self._beats = 0
        self._next = files.lead(owner, term + 1)
        began = clock.monotonic()
        self._lock = ProcessLock(files.lead(owner, term), "0")
        self._sure_until = began + LEASE - MARGIN

    @property
    def is_current(self) -> bool:
        """Whether no other process has taken the lead."""
        return not os.path.lexists(self._next) and self._lock.is_in_place

    @property
    def is_sure(self) -> bool:
        """Whether no other process can have taken it, by this process's own clock; may be asked from any thread."""
        return clock.monotonic() < self._sure_until and self.is_current

    def renew(self) -> bool:
        """Say that this process lives; gives whether it has the lead."""
        if not self.is_current:
            self._sure_until = -inf
            return False
        began = clock.monotonic()
        self._beats += 1
        self._lock.write(str(self._beats))
        self._sure_until = began + LEASE - MARGIN
        return True

    def release(self) -> None:
        """Let another process take the lead at once."""
        self._sure_until = -inf
        self._lock.release()

    def abandon(self) -> None:
        """Take back a claim that came too late."""
        self._sure_until = -inf
        self._lock.remove()


class LeadWatch:
    """Takes the lead when nobody has it.

    Args:
        files: the queue's files.
        owner: the account.
    """

    def __init__(self, files: QueueFiles, owner: str) -> None:
        self._files = files
        self._owner = owner
        self._seen: tuple[int, str] = (0, "")
        self._since = -inf

    def try_claim(self) -> LeadClaim | None:
        """Take the lead if nobody has it.

        Raises:
            OSError: the folder cannot be used.
        """
        terms = self._files.leads(self._owner)
        term = terms[-1][0] if terms else 0
        try:
            if terms and not self._is_free(term, terms[-1][1]):
                return None
            claim = LeadClaim(self._files, self._owner, term + 1)
        except (FileExistsError, FileNotFoundError):
            return None  # another process is faster
        for _ in range(2):  # a listing may miss a name that comes, and one that goes meanwhile
            if self._files.leads(self._owner)[-1][0] != claim.term:  # this process stood still before it claimed
                claim.abandon()
                return None
        for _, path in terms:
            path.unlink(missing_ok=True)
        return claim

    def _is_free(self, term: int, path: Path) -> bool:
        holder, beat = holder_of(path)
        now = clock.monotonic()
        if (term, beat) != self._seen:
            self._seen, self._since = (term, beat), now
        return holder is None or now - self._since > LEASE


def is_newest(files: QueueFiles, owner: str, term: int) -> bool:
    """Whether no process has taken the lead after this term began."""
    terms = files.leads(owner)
    return bool(terms) and terms[-1][0] == term
