"""Calls as JSON: addresses and secrets are masked unless they are asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import attrs

from asyncsdk.emulator.console.messages import JsonObject
from asyncsdk.emulator.http.recorded_body import LINE_CHARACTERS, RecordedBody, RecordedFile
from asyncsdk.emulator.server.masking import (
    mask_fields,
    mask_headers,
    mask_json,
    mask_query_text,
    mask_text,
    mask_value,
)
from asyncsdk.emulator.server.request_log import Call
from asyncsdk.http.messages import Json

__all__ = ["call_detail", "call_json"]


def call_json(call: Call, *, plain: bool) -> JsonObject:
    """One line of the log."""
    return {
        "number": call.number,
        "time": int(call.time * 1000),
        "route": call.route,
        "method": call.method,
        "path": _target(call, plain=plain),
        "agent": call.agent if plain else mask_text(call.agent),
        "token": call.token,
        "status": call.status,
        "state": call.state,
        "seconds": call.seconds,
        "refused": call.refused,
        "faults": list(call.faults),
        "new_connection": call.new_connection,
    }


def _target(call: Call, *, plain: bool) -> str:
    """The path with its query."""
    path = call.path if plain else mask_text(call.path)
    if not call.query_text:
        return path
    return f"{path}?{call.query_text if plain else mask_query_text(call.query_text)}"


def call_detail(call: Call, *, plain: bool) -> JsonObject:
    """Everything that is known of a call."""
    arguments = None if call.arguments is None else _json(call.arguments)
    return {
        **call_json(call, plain=plain),
        "carried_out": call.carried_out,
        "arguments": arguments if plain else mask_value(arguments),
        "request": {
            "headers": _headers(call.headers, plain=plain),
            "body": _body(call.body, plain=plain),
        },
        "answer": {
            "headers": _headers(call.answer_headers, plain=plain),
            "body": _body(call.answer_body, plain=plain),
        },
    }


def _headers(headers: Mapping[str, str], *, plain: bool) -> JsonObject:
    return dict(headers) if plain else dict(mask_headers(headers))


def _body(body: RecordedBody | None, *, plain: bool) -> JsonObject | None:
    """A body; None where there is none yet, or where it is no longer kept."""
    if body is None:
        return None
    text, fields = body.text, body.fields
    if not plain:
        text = None if text is None else mask_json(text, cut=body.truncated)
        fields = None if fields is None else mask_fields(fields, cut=body.truncated)
    return {
        "kind": body.kind,
        "text": text,
        "fields": None if fields is None else {name: list(values) for name, values in fields.items()},
        "files": [_file(file, plain=plain) for file in body.files],
        "bytes": body.length,
        "truncated": body.truncated,
    }


def _file(file: RecordedFile, *, plain: bool) -> JsonObject:
    return {
        "part": file.part if plain else mask_text(file.part),
        "name": file.name if plain else mask_text(file.name),
        "bytes": file.length,
        "lines": [line if plain else mask_text(line, cut=len(line) >= LINE_CHARACTERS) for line in file.lines],
    }


def _json(value: object) -> Json:
    """A recorded argument as JSON; a file by its name, and what JSON has no word for by its text."""
    if isinstance(value, RecordedFile):
        return {"file": value.name, "bytes": value.length}
    if isinstance(value, Mapping):
        return {str(name): _json(each) for name, each in cast("Mapping[object, object]", value).items()}
    if attrs.has(type(value)):
        return _json(attrs.asdict(cast("attrs.AttrsInstance", value), recurse=False))
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_json(each) for each in cast("Sequence[object]", value)]
    if value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)
