"""Handlers of ``imports.*``: imports of contacts into the audience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.handlers.imports_definitions import checked_definition
from asyncsdk.emulator.http.responses import Answer, Refusal, Reply, empty, listed
from asyncsdk.emulator.processing.audience_import import Import, counts, missing_columns, sheet_of
from asyncsdk.emulator.state.import_definitions import DefinitionRepository
from asyncsdk.files.upload import File
from asyncsdk.models import ImportDefinition

__all__ = ["Imports"]

LONGEST_FILE: Final = 200_000_000
TOO_LONG: Final = Answer(b"File size exceeds the maximum limit of 200MB.", 413, "text/plain")


class Imports(Handler, api.Imports):
    """Carries out ``imports.*``."""

    async def definitions(self, *, account_id: str | None = None) -> Reply:
        """List the definitions; the envelope is a guess."""
        return {"data": self._definitions.all()}

    async def define(self, *, definition: ImportDefinition, account_id: str | None = None) -> Reply:
        """Keep a definition."""
        return {"data": self._definitions.add(checked_definition(self.platform, definition))}

    async def definition(self, definition_id: str, *, account_id: str | None = None) -> Reply:
        """Tell a definition."""
        found = self._definitions.get(definition_id)
        if found is None:
            raise empty(404)
        return {"data": found}

    async def redefine(
        self, definition_id: str, *, definition: ImportDefinition, account_id: str | None = None
    ) -> Reply:
        """Replace a definition; the answer is a guess."""
        found = self._require(definition_id)
        return {
            "data": self._definitions.put(
                found["importDefinitionId"], checked_definition(self.platform, definition)
            )
        }

    async def delete_definition(self, definition_id: str, *, account_id: str | None = None) -> Reply:
        """Delete a definition; the answer is a guess."""
        self._definitions.remove(self._require(definition_id)["importDefinitionId"])
        return {"data": None}

    async def start(
        self, definition_id: str, *, file: File, cleanup: bool | None = None, account_id: str | None = None
    ) -> Reply:
        """Take a file; the answer is JSON, and says that it is text."""
        definition = self._require(definition_id)
        path = self.spooled(file)
        if path.stat().st_size > LONGEST_FILE:
            raise Refusal(TOO_LONG)
        checked_definition(self.platform, definition)  # its fields and segments may be gone
        sheet = sheet_of(definition, path)
        try:
            missing = missing_columns(definition, sheet)
        except Refusal as refused:
            raise empty(403) from refused
        if missing:
            raise listed(
                f"CSV Column(s) was not found: {', '.join(missing)}."
                " All csvColumns need to be on the CSV headers prior to import."
            )
        faults = self.row_faults()

        async def work(_: int) -> Mapping[str, Any]:
            try:
                return await Import(self.platform, definition, sheet, faults).run()
            finally:
                if cleanup:
                    self._definitions.remove(definition["importDefinitionId"])

        import_id = self.submit("import", work, path)
        self._definitions.follow(import_id, definition["importDefinitionId"])
        return Answer({"data": self._body(import_id, "RUNNING")}, content_type="text/plain")

    async def status(self, import_id: str, *, account_id: str | None = None) -> Reply:
        """Tell how an import is doing; of the words only ``RUNNING`` and ``COMPLETED`` are published."""
        progress = self.platform.jobs.progress("import", import_id)
        if progress is None:
            raise listed("Import was not found.")
        if progress.state == "done":
            return {"data": self._body(import_id, "COMPLETED", **progress.details)}
        if progress.state == "failed":
            return {"data": self._body(import_id, "FAILED", errorMessage=progress.words)}
        return {"data": self._body(import_id, progress.words or "RUNNING")}

    @property
    def _definitions(self) -> DefinitionRepository:
        return self.platform.repository(DefinitionRepository)

    def _require(self, definition_id: str) -> dict[str, Any]:
        """The definition; no status is published for one that is not there, but where it is read."""
        found = self._definitions.get(definition_id)
        if found is None:
            raise listed("Import definition was not found.")
        return found

    def _body(self, import_id: str, word: str, **known: Any) -> dict[str, Any]:
        return {
            "accountId": str(self.platform.settings.account_id),
            "importId": import_id,
            "importDefinitionId": self._definitions.followed(import_id),
            "importStatus": word,
            "errorMessage": None,
            **counts(Counter()),
            **known,
        }
