"""Field metadata: the names of a model's field on the wire, where they are not its Python name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["REST", "nothing", "wire", "yes_no"]

REST: Final[Mapping[str, object]] = {"rest": True}
"""The field takes every key of the object that no other field takes."""


def wire(*names: str) -> Mapping[str, object]:
    """The field's names on the wire: the first that an answer holds counts, the first is written."""
    return {"wire": names}


def yes_no(name: str) -> Mapping[str, object]:
    """The name of a flag that is written as ``Y`` or ``N``."""
    return {"wire": (name,), "written": {True: "Y", False: "N"}}


def nothing() -> dict[str, Any]:
    """A new empty mapping, for fields that collect the rest."""
    return {}
