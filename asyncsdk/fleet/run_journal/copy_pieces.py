"""Pieces of a copy: what has not changed since the last copy need not be sent to Redis again.

A piece is named by its content, so that one which is there is the right one, and a copy is the list of its pieces.
They are texts, as some clients of Redis give all that they read as text.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["NAME_LENGTH", "bytes_of", "names_in", "pieces_of"]

PIECE: Final = 1 << 14
"""Bytes of a copy in one piece: four pages of SQLite."""

NAME_LENGTH: Final = 32

_INDEX: Final = re.compile(rf"(?:[0-9a-f]{{{NAME_LENGTH}}})*", re.ASCII)


def pieces_of(copy: bytes) -> Sequence[tuple[str, str]]:
    """The pieces of a copy in their order, each with its name."""
    pieces = (copy[at : at + PIECE] for at in range(0, len(copy), PIECE))
    return [(_name_of(piece), b64encode(zlib.compress(piece, 1)).decode()) for piece in pieces]


def names_in(index: str) -> Sequence[str]:
    """The names of which an index consists.

    Raises:
        ValueError: it is none.
    """
    if _INDEX.fullmatch(index) is None:
        raise ValueError(len(index))
    return [index[at : at + NAME_LENGTH] for at in range(0, len(index), NAME_LENGTH)]


def bytes_of(names: Sequence[str], pieces: Mapping[str, str]) -> bytes:
    """The copy that these pieces are.

    Raises:
        ValueError: one is missing, or is not what its name says.
    """
    return b"".join(_content_of(name, pieces.get(name, "")) for name in names)


def _content_of(name: str, text: str) -> bytes:
    try:
        piece = zlib.decompressobj().decompress(b64decode(text), PIECE)
    except zlib.error as error:
        raise ValueError(len(text)) from error
    if _name_of(piece) != name:
        raise ValueError(len(text))
    return piece


def _name_of(piece: bytes) -> str:
    return hashlib.blake2b(piece, digest_size=NAME_LENGTH // 2).hexdigest()
