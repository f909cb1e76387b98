"""Text decoder: decodes files piece by piece, without their byte order mark."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

__all__ = ["Undecodable", "decoded", "whole_ends"]

SIZE: Final = 1 << 17
"""Bytes that are decoded at a time."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""A byte order mark, in any encoding."""


class Undecodable(Exception):
    """A file is not written in the given encoding.

    Attributes:
        line: the line that cannot be decoded, from 1; None where lines cannot be told apart.
        reason: what the decoder says.
    """

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason


def decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    """A file's text, some at a time; no piece ends between CR and LF.

    Raises:
        Undecodable: it is written in another encoding.
        LookupError: there is no such encoding.
    """
    return whole_ends(_without_byte_order_mark(_decoded(file, encoding)))


def whole_ends(pieces: Iterator[str]) -> Iterator[str]:
    """The same text in pieces of which none ends between CR and LF."""
    held = ""
    for piece in pieces:
        text = held + piece if held else piece
        held = "\r" if text.endswith("\r") else ""
        yield text.removesuffix(held)
    yield held


def _without_byte_order_mark(pieces: Iterator[str]) -> Iterator[str]:
    """The text without its mark, which decoders of utf-16-le and others leave in."""
    for piece in pieces:
        yield piece.lstrip(BYTE_ORDER_MARK)
        break
    yield from pieces


def _decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while data := file.read(SIZE):
            text = decoder.decode(data)
            if text:
                yield text
        yield decoder.decode(b"", final=True)
    except UnicodeError as error:
        reason = error.reason if isinstance(error, UnicodeDecodeError) else str(error)
        raise Undecodable(_undecodable_line(file, encoding), reason) from error


def _undecodable_line(file: BinaryIO, encoding: str) -> int | None:
    """The line of the first byte that cannot be decoded; the file is read once more for it."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    one_end = io.IncrementalNewlineDecoder(None, translate=True)
    line = 1
    while data := file.read(SIZE):
        held, flags = decoder.getstate()
        try:
            text = decoder.decode(data)
        except UnicodeDecodeError as error:
            decoder.setstate((held, flags))
            try:
                before = decoder.decode(data[: max(0, error.start - len(held))])
            except UnicodeError:
                return None
            return line + one_end.decode(before).count("\n")
        except UnicodeError:
            return None
        line += one_end.decode(text).count("\n")
    return line
