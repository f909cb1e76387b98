"""What the rows of ``headers.*`` and ``footers.*`` have in common. All their answers are guesses."""

from __future__ import annotations

from typing import Any

from asyncsdk.emulator.handlers.base import page
from asyncsdk.emulator.server.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.emulator.state.fragments import FragmentRepository, StoredFragment

__all__ = ["FragmentHandlers"]


class FragmentHandlers:
    """Answers from one book of fragments.

    Args:
        book: the headers or the footers.
        noun: what one is called in sentences.
    """

    def __init__(self, book: FragmentRepository, noun: str) -> None:
        self._book = book
        self._noun = noun

    def all(self) -> Reply:
        """List them all at once."""
        told = [_told(fragment) for fragment in self._book.all()]
        return page(told, 0, len(told))

    def get(self, fragment_id: str) -> Reply:
        """Tell of one."""
        return _told(self._known(fragment_id))

    def add(self, title: str, html: str | None, text: str | None) -> Reply:
        """Add one."""
        return self._done("added", self._book.add(title, html or "", text or ""))

    def update(self, fragment_id: str, title: str | None, html: str | None, text: str | None) -> Reply:
        """Change one."""
        fragment = self._known(fragment_id)
        self._book.change(fragment.number, title, html, text)
        return self._done("updated", fragment.number)

    def delete(self, fragment_id: str) -> Reply:
        """Delete one."""
        self._book.remove(self._known(fragment_id).number)
        return success(f"The {self._noun} has been deleted")

    def _done(self, what: str, number: int) -> Reply:
        return success(f"The {self._noun} has been {what}", id=str(number))

    def _known(self, fragment_id: str) -> StoredFragment:
        fragment = self._book.get(fragment_id)
        if fragment is None:
            raise refusal(UNPUBLISHED, "The id is invalid", status=404)
        return fragment


def _told(fragment: StoredFragment) -> dict[str, Any]:
    return {"id": fragment.number, "title": fragment.title, "html": fragment.html, "text": fragment.text}
