"""File signatures: the first bytes of files that are not text."""

from __future__ import annotations

import codecs
from typing import Final

__all__ = ["START", "problem_with_start"]

START: Final = 4096
"""How many bytes are looked at."""

_ZIP: Final = b"PK\x03\x04"
_IN_ZIP: Final = (
    (b"[Content_Types].xml", "an Excel workbook: save it as CSV UTF-8"),
    (b"xl/", "an Excel workbook: save it as CSV UTF-8"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet: save it as CSV in UTF-8"),
)
_KINDS: Final = (
    (_ZIP, "a ZIP archive: unpack it first"),
    (b"PK\x05\x06", "a ZIP archive: unpack it first"),
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (b"BZh91AY&SY", "compressed with bzip2: unpack it first"),
    (b"\xfd7zXZ\x00", "compressed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls): save it as CSV UTF-8"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1\x15", "a Parquet file: give it as a dataframe"),
    (b"ARROW1\x00\x00", "an Arrow file: give it as a dataframe"),
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"<?xml", "an XML document"),
)

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_WIDE: Final = ("utf-16", "utf-32")
"""Encodings in which every letter of English has a byte of zero."""


def problem_with_start(start: bytes, encoding: str) -> str | None:
    """Why a file that begins so holds no rows in this encoding; None if it may.

    Args:
        start: its first bytes, ``START`` of them.
        encoding: the name of the encoding that it is said to be written in.
    """
    for magic, kind in _KINDS:
        if start[: len(magic)].lower() == magic.lower():
            inside = next((said for mark, said in _IN_ZIP if mark in start), kind) if magic == _ZIP else kind
            return f"is {inside}"
    if codecs.lookup(encoding).name.startswith(_WIDE):
        return None
    name = next((name for mark, name in _MARKS if start.startswith(mark)), None) or _without_mark(start)
    said = "UTF-8" if codecs.lookup(encoding).name.startswith("utf-8") else encoding
    return name and f"is not written in {said}: its first bytes are those of {name}. Say its encoding"


def _without_mark(start: bytes) -> str | None:
    """The wide encoding that the zeros among the first bytes speak for, if half of them or more do."""
    pairs = len(start) // 2
    even, odd = start[: 2 * pairs : 2].count(0), start[1 : 2 * pairs : 2].count(0)
    for zeros, others, name in ((odd, even, "UTF-16-LE"), (even, odd, "UTF-16-BE")):
        if pairs >= 2 and 2 * zeros >= pairs and not others:
            return name
    return "UTF-32" if pairs >= 4 and even + odd >= pairs else None
