"""Event parser: from the JSON value of a body to an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, cast

from attrs import frozen

from asyncsdk.http.messages import Json
from asyncsdk.webhooks.errors import PayloadInvalid
from asyncsdk.webhooks.events import Event, OtherEvent, ProgramStarted, ProgramStopped

__all__ = ["event_of"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")


def event_of(value: Json, event_type: str | None) -> Event:
    """Read it strictly as what the caller says that it is, else as what it looks like."""
    told = _DOCUMENTED.get(event_type) if event_type is not None else None
    if told is not None:
        return _read(value, told, event_type)
    seems = _document_by_key(value, event_type)
    if seems is not None:
        try:
            return _read(value, seems, event_type)
        except PayloadInvalid:
            pass  # It has the key of that event, and is another.
    return OtherEvent(body=value, event_type=event_type)


def _text(value: Json) -> str:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError("expected text")


def _count(value: Json) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("expected a whole number")


def _time(value: Json) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=_count(value))
    except (ValueError, OverflowError):
        raise ValueError("expected milliseconds since 1970") from None


_Field: TypeAlias = tuple[tuple[str, ...], Callable[[Json], object]]
"""The keys to look for, the first that is there counts, and how its value is read."""

_PROGRAM: Final[Mapping[str, _Field]] = {
    "name": (("name",), _text),
    "description": (("description",), _text),
    # The published table of fields spells it in one way, the published sample in the other.
    "entry_type": (("entryType", "entrytype"), _text),
    "link": (("link",), _text),
    "program_schedule": (("programSchedule",), _text),
    "waiting_count": (("waitingCount",), _count),
}


@frozen
class _Document:
    """Published description of one type of event."""

    event_type: str
    model: Callable[..., ProgramStarted | ProgramStopped]
    own_key: str
    """Keys that only its body has."""

    fields: Mapping[str, _Field]


_DOCUMENTED: Final = {
    document.event_type: document
    for document in (
        _Document(
            "automated-program.started",
            ProgramStarted,
            "startedTime",
            {**_PROGRAM, "started_time": (("startedTime",), _time)},
        ),
        _Document(
            "automated-program.stopped",
            ProgramStopped,
            "stoppedTime",
            {**_PROGRAM, "stopped_time": (("stoppedTime",), _time)},
        ),
    )
}


def _document_by_key(value: Json, event_type: str | None) -> _Document | None:
    """The one document whose own key is there, unless the caller says that it is another."""
    if not isinstance(value, dict):
        return None
    seen = [document for document in _DOCUMENTED.values() if document.own_key in value]
    if len(seen) != 1 or not (event_type is None or event_type.startswith(f"{seen[0].event_type}.")):
        return None
    return seen[0]


def _read(value: Json, document: _Document, event_type: str | None) -> ProgramStarted | ProgramStopped:
    if not isinstance(value, dict):
        raise PayloadInvalid(f"The body of {document.event_type} is an object, not {type(value).__name__}.")
    rest = dict(cast("dict[str, Json]", value))
    known: dict[str, Any] = {}
    problems: list[str] = []
    for name, (keys, read) in document.fields.items():
        key = next((key for key in keys if key in rest), keys[0])
        found = rest.pop(key, None)
        try:
            if found is not None:
                known[name] = read(found)
            elif name == "name":
                raise ValueError("missing")
        except ValueError as problem:
            problems.append(f"{key}: {problem}")
    if problems:
        raise PayloadInvalid(f"The body is not what is published for {document.event_type}.", tuple(problems))
    return document.model(**known, event_type=event_type or document.event_type, rest=rest)
