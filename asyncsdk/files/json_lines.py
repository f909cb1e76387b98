"""JSON Lines: the suffixes of such files."""

from __future__ import annotations

from typing import Final

__all__ = ["JSON_LINES"]

JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})
"""How the names of JSON Lines files end."""
