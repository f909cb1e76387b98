"""Boolean words: the texts for true and false in answers and in cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["flag_of"]

_FLAGS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("y", "yes", "true", "1"), True),
    **dict.fromkeys(("n", "no", "false", "0"), False),
}


def flag_of(value: object) -> bool | None:
    """The flag that a word tells, in any case; None if it tells none."""
    return _FLAGS.get(str(value).strip().lower())
