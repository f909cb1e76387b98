"""Validation of import definitions. The sentences of refusals are guesses: none is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast, get_args

from asyncsdk.emulator.http.json_reader import objects_in
from asyncsdk.emulator.http.responses import listed
from asyncsdk.emulator.processing.audience_import import EXTERNAL_ID
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.contact_fields import FieldRepository
from asyncsdk.emulator.state.segments import SegmentRepository
from asyncsdk.models import ImportDelimiter, ImportQuote, MergeStrategy

__all__ = ["checked_definition"]

_REQUIRED: Final = ("accountId", "importDefinitionName", "mappings", "mergeStrategy")


def checked_definition(platform: AccountState, body: Any) -> dict[str, Any]:
    """The definition as it is kept, its defaults filled in.

    Raises:
        Refusal: it makes no sense.
    """
    given = cast("Mapping[str, Any]", body)
    for name in _REQUIRED:
        if not given.get(name):
            raise listed(f"{name} is required.")
    if str(given["accountId"]) != str(platform.settings.account_id):
        raise listed("accountId is not the account's.")
    strategy = _one_of(given, "mergeStrategy", "EMAIL", get_args(MergeStrategy))
    mappings = objects_in(given["mappings"])
    if mappings is None:
        raise listed("mappings must be an array of objects.")
    definition = {
        "accountId": str(given["accountId"]),
        "importDefinitionId": None,
        "importDefinitionName": str(given["importDefinitionName"]),
        "mergeStrategy": strategy,
        "objectType": given.get("objectType"),
        "mappings": [_mapping(platform, each) for each in mappings],
        "importSegmentIds": given.get("importSegmentIds"),
        "delimiter": _one_of(given, "delimiter", "COMMA", get_args(ImportDelimiter)),
        "quote": _one_of(given, "quote", "QUOTE", get_args(ImportQuote)),
    }
    _check_key(platform, definition)
    for segment_id in definition["importSegmentIds"] or ():
        segment = platform.repository(SegmentRepository).get(str(segment_id))
        if segment is None or not segment.picked:
            raise listed(f"Segment was not found: {segment_id}.")
    return definition


def _check_key(platform: AccountState, definition: Mapping[str, Any]) -> None:
    """Refuse a definition that does not say how to find contacts."""
    targets = {each["actonColumn"] for each in definition["mappings"]}
    if definition["mergeStrategy"] == "EXTERNAL_ID":
        if not definition["objectType"]:
            raise listed("objectType is required for the merge strategy EXTERNAL_ID.")
        if EXTERNAL_ID not in targets:
            raise listed("No column is mapped to ExternalId.")
        return
    fields = [platform.repository(FieldRepository).by_name(target) for target in targets]
    if not any(each is not None and each.key == "email" for each in fields):
        raise listed("No column is mapped to the e-mail address.")


def _one_of(given: Mapping[str, Any], name: str, default: str, choices: Sequence[str]) -> str:
    word = given.get(name) or default
    if word not in choices:
        raise listed(f"{name} must be one of {', '.join(choices)}.")
    return str(word)


def _mapping(platform: AccountState, given: Mapping[str, Any]) -> dict[str, Any]:
    csv_column, name = given.get("csvColumn"), given.get("actonColumn")
    if not isinstance(csv_column, str) or not isinstance(name, str):
        raise listed("Each mapping needs a csvColumn and an actonColumn.")
    found = platform.repository(FieldRepository).by_name(name)
    if found is None and name != EXTERNAL_ID:
        raise listed(f"Act-On column was not found: {name}.")
    overwrite = given.get("overwriteExistingValue", False)
    if not isinstance(overwrite, bool):
        raise listed("overwriteExistingValue must be a boolean.")
    date_format = given.get("dataFormat") or None
    if found is not None and found.type in {"DATE", "DATETIME"} and date_format is None:
        raise listed(f"dataFormat is required for the date column {name}.")
    return {
        "csvColumn": csv_column,
        "actonColumn": name,
        "overwriteExistingValue": overwrite,
        "dataFormat": date_format,
    }
