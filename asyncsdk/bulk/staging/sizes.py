"""Sizes of the buffers and partitions of staging; the defaults suit millions of rows."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from asyncsdk.uploads.csv_spool import SpoolSizes

__all__ = ["StagingSizes"]


@frozen
class StagingSizes:
    """Sizes of the staging area: what is held in memory, and handled before other tasks get their turn."""

    rows_per_write: int = 250
    """Rows that come one by one and are written together."""

    rows_worth_a_file: int = 32
    """Rows that clear the same columns and are fewer than this take fewer calls one by one than as a file."""

    duplicate_slots: int = 1 << 23
    """One byte each, a power of two; of a million different addresses, six in a hundred are checked twice."""

    candidates_in_memory: int = 1 << 17
    """Hashes of possible duplicates that are held in a set, which takes as much memory as the table of marks."""

    hashes_per_turn: int = 1 << 13
    """Hashes that are looked at before others get their turn."""

    hash_parts: int = 256
    """Parts in which hashes are counted."""

    hashes_in_memory: int = 512
    """Hashes of a part that wait in memory, before they are written together."""

    row_parts: int = 1024
    """Parts in which irregular rows are brought together by their address."""

    row_bytes_in_memory: int = 1 << 12
    """Bytes of a part that wait in memory, before they are written together."""

    spool: SpoolSizes = field(factory=SpoolSizes)
    """Those of the files to upload."""

    hash_of: Callable[[str], int] = hash
    """Tells addresses apart, nearly always."""
