"""Journal of ``asyncsdk upsert``: where the file lies, and its state before and after a run."""

from __future__ import annotations

from contextlib import closing
from enum import Enum
from glob import escape
from pathlib import Path
from typing import Self

from attrs import frozen

from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.errors import InvalidArgument

__all__ = ["JournalState", "RunJournal"]


class JournalState(Enum):
    """State of a journal."""

    ABSENT = "absent"
    EMPTY = "empty"
    """There is one, and nothing was sent."""

    BEGUN = "begun"
    FINISHED = "finished"


@frozen
class RunJournal:
    """A journal's file."""

    path: Path
    named: bool
    """Whether the user named it, and so keeps it; else it goes when nothing is left to do."""

    @classmethod
    def of(cls, named: Path | None, file: Path, list_id: str) -> Self:
        """The journal that the user named, or one beside the input."""
        if named is not None:
            return cls(named, named=True)
        return cls(file.with_name(f"{file.name}.{list_id.replace('/', '-')}.journal"), named=False)

    def state(self) -> JournalState:
        """Read the state.

        Raises:
            InvalidArgument: the file is not a journal, or another run writes to it.
        """
        if not self.path.exists():
            return JournalState.ABSENT
        with closing(Journal(self.path)) as journal:
            if journal.layout() is None:
                return JournalState.EMPTY
            return JournalState.FINISHED if journal.finished else JournalState.BEGUN

    def kept_aside(self) -> set[Path]:
        """The journals of unfinished runs that were kept aside."""
        return set(self.path.parent.glob(f"{escape(self.path.name)}.aside-*"))

    def check(self, *, resume: bool) -> JournalState:
        """Read the state before the run.

        Args:
            resume: whether there must be something to go on with.
        """
        state = self.state()
        if resume and state is JournalState.ABSENT:
            other = "" if self.named else " Was it another one? Name it with --journal."
            raise Failure(Exit.BAD_INPUT, f"There is no journal {self.path} to resume from.{other}")
        return state

    def clean_up(self, before: JournalState) -> JournalState:
        """Remove the journal if it is no longer needed; gives its state after the run.

        Args:
            before: its state before the run.
        """
        try:
            state = self.state()
        except InvalidArgument:  # It could be used before the run: the disk is full or was removed.
            return JournalState.BEGUN
        done = state is JournalState.FINISHED and not self.named
        if done or (state is JournalState.EMPTY and before is JournalState.ABSENT):
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        return state
