"""Sample values of shapes: an answer that a shape in a report could have been made of."""

from __future__ import annotations

from typing import Any, Final

from asyncsdk.probe.shape import JsonShape

__all__ = ["SAMPLES", "barest_of", "fullest_of"]

SAMPLES: Final[dict[str, Any]] = {
    "null": None,
    "true or false": True,
    "zero": 0,
    "whole number": 12,
    "negative number": -1,
    "fraction": 12.5,
    "epoch seconds": 1567637246,
    "epoch milliseconds": 1567637246965,
    "text": "Some words",
    "empty text": "",
    "html": "<p>Some words</p>",
    "url": "https://www.example.com/page",
    "address": "someone@example.com",
    "record id": "l-0001:a",
    "list id": "l-0001",
    "segment or form id": "q-0181",
    "message id": "s-0001-1910",
    "id of a letter and hex digits": "d-0a1b",
    "uuid": "e8e1da5d-f55f-4506-997d-38bf14782726",
    "hex digits": "ff4f3fab",
    "decimal text": "12345",
    "decimal fraction as text": "12.5",
    "percentage": "12.5%",
    "true or false as text": "true",
    "Y or N": "Y",
    "epoch milliseconds as text": "1567637246965",
    "month as yyyy-mm": "2019-09",
    "date as yyyy-mm-dd": "2019-09-04",
    "date as mm/dd/yyyy": "09/04/2019",
    "date and time as yyyy-mm-dd hh:mm:ss": "2019-09-04 22:47:26 PDT",
    "date and time as ISO 8601": "2019-09-04T22:47:26Z",
    "date and time in words": "Sep 4 2019 10:47 PM PDT",
    "time as hh:mm": "10:47 PM",
}
"""A value of each kind."""

_HARD: Final = ("null", "empty text", "zero")
"""Kinds that tell least, so that a result type is tried with another one where there is one."""


def fullest_of(shape: JsonShape) -> Any:
    """A value with every key that was seen, and members in every array."""
    if "object" in shape.kinds:
        return {_key(name): fullest_of(key.shape) for name, key in shape.keys.items()}
    if "array" in shape.kinds:
        return [] if shape.members is None else [fullest_of(shape.members)]
    kinds = sorted(shape.kinds, key=lambda kind: (kind in _HARD, kind))
    return SAMPLES[kinds[0]] if kinds else None


def barest_of(shape: JsonShape) -> Any:
    """A value with those keys alone that were always there, and with null wherever that was seen."""
    if "null" in shape.kinds:
        return None
    if "object" in shape.kinds:
        return {_key(name): barest_of(key.shape) for name, key in shape.keys.items() if key.always}
    if "array" in shape.kinds:
        return [] if shape.members is None else [barest_of(shape.members)]
    kinds = sorted(shape.kinds, key=lambda kind: (kind not in _HARD, kind))
    return SAMPLES[kinds[0]] if kinds else None


def _key(name: str) -> str:
    """A key that a name in a shape stands for."""
    return name.strip("<>")
