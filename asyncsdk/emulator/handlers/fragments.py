"""Handlers that ``headers.*`` and ``footers.*`` share. All their answers are guesses."""

from __future__ import annotations

from typing import Any, ClassVar

from asyncsdk.emulator.handlers.base import Handler, page
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.emulator.state.fragments import FragmentRepository, StoredFragment

__all__ = ["FragmentHandlers"]


class FragmentHandlers(Handler):
    """Handlers of one kind of fragment."""

    REPOSITORY: ClassVar[type[FragmentRepository]]
    NOUN: ClassVar[str]
    """The word for a fragment in sentences."""

    @property
    def _fragments(self) -> FragmentRepository:
        return self.platform.repository(self.REPOSITORY)

    def all(self) -> Reply:
        """List all of them at once."""
        bodies = [_body(fragment) for fragment in self._fragments.all()]
        return page(bodies, 0, len(bodies))

    async def add(self, *, title: str, html: str | None = None, text: str | None = None) -> Reply:
        """Add one."""
        return self._done("added", self._fragments.add(title, html or "", text or ""))

    def _get(self, fragment_id: str) -> Reply:
        return _body(self._known(fragment_id))

    def _update(self, fragment_id: str, title: str | None, html: str | None, text: str | None) -> Reply:
        fragment = self._known(fragment_id)
        self._fragments.change(fragment.number, title, html, text)
        return self._done("updated", fragment.number)

    def _delete(self, fragment_id: str) -> Reply:
        self._fragments.remove(self._known(fragment_id).number)
        return success(f"The {self.NOUN} has been deleted")

    def _done(self, what: str, number: int) -> Reply:
        return success(f"The {self.NOUN} has been {what}", id=str(number))

    def _known(self, fragment_id: str) -> StoredFragment:
        fragment = self._fragments.get(fragment_id)
        if fragment is None:
            raise refusal(UNPUBLISHED, "The id is invalid", status=404)
        return fragment


def _body(fragment: StoredFragment) -> dict[str, Any]:
    return {"id": fragment.number, "title": fragment.title, "html": fragment.html, "text": fragment.text}
