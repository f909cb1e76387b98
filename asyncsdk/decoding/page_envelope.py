"""Page envelopes: an answer that holds a page, in the shape that is published for lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from asyncsdk.http.messages import Json
from asyncsdk.pagination.page import ITEM_KEYS

__all__ = ["envelope_of"]

_COMPLAINTS = ("errors", "errorList")


def envelope_of(body: Json) -> Json:
    """An answer that holds a page, brought into the shape that is published for the ``/api/1`` lists.

    The envelopes of the other lists are not published. What is taken for the items is the answer itself if it
    is an array, or else the one array that it holds, or that the one object in it holds.

    Raises:
        ValueError: it holds no array, or several.
    """
    while True:
        if isinstance(body, list):
            return _envelope(body, {})
        told = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        if any(name in told for name in ITEM_KEYS):
            return told
        arrays = [key for key, value in told.items() if isinstance(value, list) and key not in _COMPLAINTS]
        if len(arrays) == 1:
            rest = {key: value for key, value in told.items() if key != arrays[0]}
            return _envelope(told[arrays[0]], rest)
        inner = [key for key, value in told.items() if isinstance(value, dict)]
        if arrays or len(inner) != 1:
            keys = ", ".join(sorted(told)) or "of the answer"
            raise ValueError(f"no items could be made out among the keys {keys}")
        body = told[inner[0]]


def _envelope(items: Any, rest: Mapping[str, Json]) -> Json:
    return {"count": len(items), **rest, "result": items}
