"""Masking of recorded calls: addresses and secrets give way to ``***``; each text is passed over in linear time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import unquote_plus

from asyncsdk.emulator.http.json_reader import array_in, object_in, read_json
from asyncsdk.http.messages import Json
from asyncsdk.redaction import mask

__all__ = [
    "MASKED",
    "mask_fields",
    "mask_headers",
    "mask_json",
    "mask_query",
    "mask_query_text",
    "mask_text",
    "mask_value",
]

MASKED: Final = "***"

SECRETS: Final = frozenset(
    {"access_token", "client_secret", "code", "password", "refresh_token", "token", "authorization", "assertion"}
)
"""Names whose values are secrets, in queries, forms and JSON; upper and lower case are the same."""

_ESCAPE: Final = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*+)("?+)(\s*+:\s*+)?', re.DOTALL)
"""A text in JSON, also one that was cut short; with the colon behind it where it is a name."""

_ENCODED: Final = re.compile(r"%(?:25)+")


def mask_text(text: str) -> str:
    """A text with its addresses masked, also percent-encoded ones, more than once too."""
    return mask(_ENCODED.sub("%", text))


def mask_query_text(query: str) -> str:
    """A raw query with the values of secrets and all addresses masked."""
    return "&".join(_masked_pair(pair) for pair in query.split("&"))


def _masked_pair(pair: str) -> str:
    name, sign, _ = pair.partition("=")
    return f"{mask_text(name)}={MASKED}" if sign and _is_secret(unquote_plus(name)) else mask_text(pair)


def mask_query(query: Mapping[str, str]) -> dict[str, str]:
    """A query that was read, masked."""
    return {mask_text(name): MASKED if _is_secret(name) else mask_text(value) for name, value in query.items()}


def mask_fields(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The fields of a form or of parts, masked; fields that hold JSON are masked as such."""
    return {
        mask_text(name): [MASKED if _is_secret(name) else mask_json(value) for value in values]
        for name, values in fields.items()
    }


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers, masked; the URLs in some of them have queries."""
    return {name: MASKED if value and _is_secret(name) else mask_text(value) for name, value in headers.items()}


def mask_json(text: str) -> str:
    """A JSON text, masked; one that is no JSON, or was cut short, is masked as far as it goes."""
    if not text.lstrip().startswith(("{", "[", '"')):
        return mask_text(text)
    try:
        value: Json = read_json(text)
    except ValueError:
        return mask_text(_without_secrets(_ESCAPE.sub(lambda found: _character(found[1]), text)))
    return json.dumps(mask_value(value), ensure_ascii=False)


def _character(code: str) -> str:
    """An escaped character as it is, unless it would end the text that it stands in."""
    character = chr(int(code, 16))
    return "'" if character in {'"', "\\"} else character


def _without_secrets(text: str) -> str:
    """The text with the texts that secrets are masked; each text in it is looked at once."""
    pieces: list[str] = []
    done = 0
    secret_at = -1
    for found in _STRING.finditer(text):
        if found.start() == secret_at:
            pieces += (text[done : found.start() + 1], MASKED)
            done = found.end(1)
        secret_at = found.end() if found[3] and _is_secret(found[1]) else -1
    return "".join(pieces) + text[done:]


def mask_value(value: Json) -> Json:
    """A JSON value, masked; all that is below the name of a secret is one."""
    if isinstance(value, str):
        return mask_text(value)
    members = array_in(value)
    if members is not None:
        return [mask_value(each) for each in members]
    fields = object_in(value)
    if not fields:
        return value
    return {
        mask_text(name): MASKED if each is not None and _is_secret(name) else mask_value(each)
        for name, each in fields.items()
    }


def _is_secret(name: str) -> bool:
    return name.strip().casefold() in SECRETS
