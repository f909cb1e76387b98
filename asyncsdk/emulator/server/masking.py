"""Masking of recorded calls: addresses and secrets give way to ``***``; each text is passed over in linear time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

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

SECRET_WORDS: Final = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "csrftoken",
    "apikey",
    "authorization",
    "assertion",
    "credential",
    "cookie",
    "signature",
    "codeverifier",
)
"""A name with one of these in it names a secret; case, and all but letters and digits, make no difference."""

SECRET_NAMES: Final = frozenset({"code", "pass", "pwd", "token"})
"""Names of secrets that are parts of many other names, too."""

_ESCAPE: Final = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*+)("?+)(\s*+:\s*+)?', re.DOTALL)
"""A text in JSON, also one that was cut short; with the colon behind it where it is a name."""

_OTHERS: Final = re.compile(r"[\W_]+")
_ENCODED: Final = re.compile(r"%(?:25)+")
_AT_SIGN: Final = re.compile(r"(?<!\\)\\++u0040|&#0*+64;|&#[xX]0*+40;|&commat;|[\uff20\ufe6b]")
"""Other spellings of the sign in an address: escaped for JSON or for HTML, or wide."""

_NAMED: Final = re.compile(r"""(?<![\w.%-])([\w.%-]++)\\*+["']?+\s*+[=:>]\s*+""")
"""A name and what stands before its value: in a query, a header, JSON or XML, wherever that is in a text."""

_VALUE: Final = re.compile(
    r"""\\*+"(?:[^"\\]|\\.)*+|'(?:[^'\\]|\\.)*+|(?:bearer|basic)\s++[^\s,;"'<>]++|[^\s&;,"'<>]++""",
    re.DOTALL | re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r'(?<!\\)\\*+"(?:[^"\\]|\\.)*+"?+|[\[\]{}]', re.DOTALL)
"""Brackets, and texts, in which they do not count."""

_BEARER: Final = re.compile(r"\b(bearer|basic)\s++[\w.~+/=-]{8,}", re.IGNORECASE)
LONGEST_WORD: Final = 400
MOST_LAYERS: Final = 4
"""So many times at most a text is percent-decoded to see what it hides; encoded percent signs count once."""

UNQUOTED: Final = "!#$&'()*+,/:;=?@[]{}<>|^`\"\\~"
"""Signs that stay as they are where a text was decoded."""

_CUT_WORD: Final = re.compile(r"[^\s<>\"=,;:&?/()\[\]{}]+\Z")
"""The last word of a text: where the text was cut, it may be the beginning of an address."""


def mask_text(text: str, *, cut: bool = False) -> str:
    """A text with its addresses and the secrets that it names masked; percent-encoded ones, more than once, too.

    Args:
        text: the text.
        cut: whether more came than is kept of it; its last word may be the beginning of an address then.
    """
    masked = _masked(text)
    if "%" in text:
        left = _decoded(masked)
        if _masked(left) != left:  # whoever decodes it could read what is to be hidden
            masked = quote(_masked(_decoded(text)), safe=UNQUOTED)
    if not cut:
        return masked
    # The end alone, for each place in a long word would be tried.
    return masked[:-LONGEST_WORD] + _CUT_WORD.sub(MASKED, masked[-LONGEST_WORD:])


def _masked(text: str) -> str:
    """The text as it is, masked."""
    return mask(_AT_SIGN.sub("@", _BEARER.sub(rf"\1 {MASKED}", _without_named(text))))


def _decoded(text: str) -> str:
    """The text without its percent-encoding, also where that was encoded in turn."""
    text = _ENCODED.sub("%", text)
    for _ in range(MOST_LAYERS):
        decoded = unquote(text)
        if decoded == text:
            break
        text = decoded
    return text


def _without_named(text: str) -> str:
    """The text with the values of what it names as secrets masked; each character is looked at a few times."""
    pieces: list[str] = []
    done = 0
    for found in _NAMED.finditer(text):
        if found.end() <= done or not _is_secret(unquote_plus(found[1])):
            continue
        end = _end_of_value(text, found.end())
        if end > found.end():
            pieces += (text[done : found.end()], MASKED)
            done = end
    return "".join(pieces) + text[done:]


def _end_of_value(text: str, start: int) -> int:
    """Where the value ends that begins there: an array or an object with its last bracket, if that is there."""
    if text[start : start + 1] not in {"[", "{"}:
        value = _VALUE.match(text, start)
        return start if value is None else value.end()
    depth = 0
    for found in _BRACKETS.finditer(text, start):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if not depth:
            return found.end()
    return len(text)


def mask_query_text(query: str) -> str:
    """A raw query with the values of secrets and all addresses masked."""
    return "&".join(_masked_pair(pair) for pair in _AT_SIGN.sub("@", query).split("&"))


def _masked_pair(pair: str) -> str:
    name, sign, _ = pair.partition("=")
    return f"{mask_text(name)}={MASKED}" if sign and _is_secret(unquote_plus(name)) else mask_text(pair)


def mask_query(query: Mapping[str, str]) -> dict[str, str]:
    """A query that was read, masked."""
    return {mask_text(name): MASKED if _is_secret(name) else mask_text(value) for name, value in query.items()}


def mask_fields(fields: Mapping[str, Sequence[str]], *, cut: bool = False) -> dict[str, list[str]]:
    """The fields of a form or of parts, masked; fields that hold JSON are masked as such."""
    return {
        mask_text(name): [MASKED if _is_secret(name) else mask_json(value, cut=cut) for value in values]
        for name, values in fields.items()
    }


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers, masked; the URLs in some of them have queries."""
    return {name: MASKED if value and _is_secret(name) else mask_text(value) for name, value in headers.items()}


def mask_json(text: str, *, cut: bool = False) -> str:
    """A JSON text, masked; one that is no JSON, or was cut short, is masked as far as it goes."""
    text = text.removeprefix("\ufeff")
    if not text.lstrip().startswith(("{", "[", '"')):
        return mask_text(text, cut=cut)
    try:
        value: Json = read_json(text)
    except ValueError:
        return mask_text(_without_secrets(_ESCAPE.sub(lambda found: _character(found[1]), text)), cut=cut)
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
    plain = _OTHERS.sub("", name.casefold())
    return plain in SECRET_NAMES or any(word in plain for word in SECRET_WORDS)
