"""Audience import: writes the rows of a file to contacts, a batch at a time."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from attrs import Factory, field, frozen

from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.processing.dates import milliseconds_of
from asyncsdk.emulator.row_faults import RejectRows, row_rejection
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.addresses import usable
from asyncsdk.emulator.state.audience import AudienceRepository, StoredContact
from asyncsdk.emulator.state.contact_fields import Field, FieldRepository
from asyncsdk.emulator.state.segments import SegmentRepository

__all__ = ["EXTERNAL_ID", "Import", "counts", "missing_columns", "sheet_of"]

BATCH = 500
EXTERNAL_ID: Final = "ExternalId"
"""The name in mappings of the id that another system gave."""

_SEPARATORS: Final = {"COMMA": "COMMA", "SEMI_COLON": "SEMICOLON", "TAB": "TAB"}
_QUOTES: Final = {"QUOTE": "DOUBLE_QUOTE", "SIMPLE_QUOTE": "SINGLE_QUOTE"}
_FLAGS: Final = frozenset({"true", "false", "yes", "no", "y", "n", "1", "0"})
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")


def sheet_of(definition: Mapping[str, Any], path: Any) -> CsvFile:
    """A file, read as a definition says."""
    return CsvFile(path, _SEPARATORS[definition["delimiter"]], _QUOTES[definition["quote"]])


def counts(told: Counter[str]) -> dict[str, int]:
    """The counts of an import as the API tells them."""
    words = ("submitted", "unsubmitted", "created", "updated", "failed", "rejected")
    return {f"{word}Count": told[word] for word in words}


@frozen
class _Target:
    """Target of a column of the file; without a field it is the external id."""

    column: int
    heading: str
    field: Field | None
    overwrite: bool
    date_format: str | None

    @property
    def is_email(self) -> bool:
        """Whether it is the contact's address."""
        return self.field is not None and self.field.key == "email"

    def value_in(self, row: Sequence[str]) -> str:
        """The cell of a row for it."""
        return row[self.column].strip() if self.column < len(row) else ""

    def written(self, value: str) -> str:
        """The value as a contact keeps it.

        Raises:
            ValueError: it is of another type.
        """
        kind = "TEXT" if self.field is None else self.field.type
        if not value:
            return ""
        if kind in {"DATE", "DATETIME"}:
            date = milliseconds_of(value, self.date_format or "yyyy-MM-dd")
            if date is None:
                raise ValueError(value)
            return datetime.fromtimestamp(date / 1000, UTC).date().isoformat()
        fits = {
            "BOOLEAN": value.casefold() in _FLAGS,
            "EMAIL": usable(value),
            "NUMBER": _NUMBER.fullmatch(value) is not None,
            "SCORE": _NUMBER.fullmatch(value) is not None,
        }
        if not fits.get(kind, True):
            raise ValueError(value)
        return value


def missing_columns(definition: Mapping[str, Any], sheet: CsvFile) -> list[str]:
    """The columns that a definition names and a file lacks."""
    headings = sheet.first_row()
    return [each["csvColumn"] for each in definition["mappings"] if each["csvColumn"] not in headings]


@frozen
class Import:
    """One file to import, which has the columns that its definition names.

    A row without a usable key is rejected, and one with a value of the wrong type has failed: that is a guess, for
    of these counts only the names are published.
    """

    platform: AccountState
    definition: Mapping[str, Any]
    sheet: CsvFile
    faults: Sequence[RejectRows] = ()
    told: Counter[str] = field(factory=Counter[str])
    audience: AudienceRepository = field(
        init=False, default=Factory(lambda self: self.platform.repository(AudienceRepository), takes_self=True)
    )
    segments: SegmentRepository = field(
        init=False, default=Factory(lambda self: self.platform.repository(SegmentRepository), takes_self=True)
    )

    async def run(self) -> Mapping[str, Any]:
        """Import the file; gives the details of the finished import."""
        targets = self._targets()
        rows = self.sheet.rows()
        while batch := list(islice(rows, BATCH)):
            with self.platform.store.batch():
                for row in batch:
                    self._import_row(targets, row)
            await asyncio.sleep(0)
        return counts(self.told)

    def _targets(self) -> list[_Target]:
        headings = self.sheet.first_row()
        fields = self.platform.repository(FieldRepository)
        targets: list[_Target] = []
        for mapping in self.definition["mappings"]:
            name = mapping["actonColumn"]
            target = _Target(
                headings.index(mapping["csvColumn"]),
                mapping["csvColumn"],
                fields.by_name(name),
                mapping["overwriteExistingValue"],
                mapping["dataFormat"],
            )
            if target.field is not None or name == EXTERNAL_ID:  # else the field was deleted meanwhile
                targets.append(target)
        return targets

    def _import_row(self, targets: Sequence[_Target], row: Sequence[str]) -> None:
        found = self._match(targets, row)
        if found is None or self._is_rejected(targets, row):
            self.told["rejected"] += 1
            return
        self.told["submitted"] += 1
        contact = found[0] if found else None
        try:
            values = [(target, target.written(target.value_in(row))) for target in targets]
        except ValueError:
            self.told["failed"] += 1
            return
        body = self._body(values, contact)
        written = self.audience.add(body) if contact is None else self.audience.change(contact.id, body)
        self.told["created" if contact is None else "updated"] += 1
        for segment_id in self.definition["importSegmentIds"] or ():
            segment = self.segments.get(segment_id)
            if segment is not None:
                self.segments.put(segment, [written.id])

    def _is_rejected(self, targets: Sequence[_Target], row: Sequence[str]) -> bool:
        """Whether a fault rejects a row, by its address or by a heading of the file."""
        if not self.faults:
            return False
        email = next((each.value_in(row) for each in targets if each.is_email), None)
        cells = {each.heading: each.value_in(row) for each in targets}
        return row_rejection(self.faults, email, cells) is not None

    def _match(self, targets: Sequence[_Target], row: Sequence[str]) -> list[StoredContact] | None:
        """The contact that a row means, if there is one; None if the row has no key."""
        if self.definition["mergeStrategy"] == "EMAIL":
            email = next((each.value_in(row) for each in targets if each.is_email), "")
            return self.audience.by_email(email)[:1] if usable(email) else None
        external_id = next((each.value_in(row) for each in targets if each.field is None), "")
        if not external_id:
            return None
        contact = self.audience.by_external_id(self.definition["objectType"], external_id)
        return [] if contact is None else [contact]

    def _body(self, values: Sequence[tuple[_Target, str]], contact: StoredContact | None) -> dict[str, Any]:
        """The values to write: new ones, and of known ones those that may be overwritten."""
        body: dict[str, Any] = {}
        own: dict[str, str] = {}
        for target, value in values:
            if target.field is None:
                body["externalId"] = value
                body["objectType"] = self.definition["objectType"]
                continue
            known = "" if contact is None else target.field.value_in(contact.body)
            if known and not target.overwrite:
                continue
            if target.field.key is None:
                own[str(target.field.index)] = value
            else:
                body[target.field.key] = value
        return {**body, "customFields": own}
