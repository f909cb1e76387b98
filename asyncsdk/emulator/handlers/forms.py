"""Handlers of ``forms.*``."""

from __future__ import annotations

from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import Reply, refusal
from asyncsdk.emulator.state.folders import in_folders
from asyncsdk.emulator.state.forms_and_pages import FormRepository, StoredSite

__all__ = ["Forms"]

EVERYTHING = "All Forms"


class Forms(Handler, api.Forms):
    """Carries out ``forms.*``."""

    async def all(self) -> Reply:
        """List forms by folder, and all of them again in a folder that does not exist."""
        forms = self.platform.repository(FormRepository).all()
        own = [(form.folder, self._entry(form)) for form in forms]
        again = [(EVERYTHING, self._entry(form)) for form in forms]
        return in_folders("folder", [*own, *again])

    def _entry(self, form: StoredSite) -> dict[str, Any]:
        return {
            "creation_time": form.created,
            "description": "",
            "modified": form.modified,
            "id": form.id,
            "title": form.title,
            "url": self._url(form),
        }

    def _url(self, form: StoredSite) -> str:
        account = self.platform.settings.account_id
        return f"https://a{account}.actonservice.com/acton/form/{account}/{form.id}:d-0001/1/-/-/-/-/index.htm"

    async def urls(self, form_id: str) -> Reply:
        """Tell a form's addresses; the shape is a guess, and the refusal is the form report's."""
        form = self.platform.repository(FormRepository).get(form_id)
        if form is None:
            raise refusal(10012, "Invalid Form id")
        return [{"name": "Default", "url": self._url(form)}]
