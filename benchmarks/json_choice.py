"""Which JSON library asyncsdk takes: it chooses when it is imported, so this is called before."""

from __future__ import annotations

import sys

__all__ = ["choose_json"]


def choose_json(library: str) -> None:
    """Hide orjson from this process if ``library`` is ``stdlib``."""
    if library == "stdlib":
        sys.modules["orjson"] = None  # type: ignore[assignment]
