"""Repository of import definitions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from asyncsdk.emulator.state.repository import TableRepository

__all__ = ["DefinitionRepository"]

FIRST_ID: Final = 987654


class DefinitionRepository(TableRepository[dict[str, Any]]):
    """Every definition as the API tells it, the oldest first."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS import_definitions (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS imports (id TEXT PRIMARY KEY, definition INTEGER NOT NULL);
    """
    TABLE: ClassVar[str] = "import_definitions"
    COLUMNS: ClassVar[tuple[str, ...]] = ("body",)
    item: Callable[..., dict[str, Any]] = staticmethod(json.loads)
    KEY: ClassVar[str] = "id"
    ORDER: ClassVar[str] = "id"
    ID: ClassVar[str] = "CAST(id AS TEXT)"

    def add(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a definition, and give it an id."""
        last = self.store.one("SELECT seq FROM sqlite_sequence WHERE name = 'import_definitions'")
        return self.put(FIRST_ID if last is None else int(last[0]) + 1, definition)

    def put(self, definition_id: int, definition: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a definition under an id."""
        body = {**definition, "importDefinitionId": definition_id}
        self.store.run(
            "INSERT OR REPLACE INTO import_definitions (id, body) VALUES (?, ?)", definition_id, json.dumps(body)
        )
        return body

    def follow(self, import_id: str, definition_id: int) -> None:
        """Note that an import follows a definition, also if that is deleted meanwhile."""
        self.store.run("INSERT INTO imports (id, definition) VALUES (?, ?)", import_id, definition_id)

    def followed(self, import_id: str) -> int | None:
        """The id of the definition that an import follows."""
        found = self.store.one("SELECT definition FROM imports WHERE id = ?", import_id)
        return None if found is None else int(found[0])
