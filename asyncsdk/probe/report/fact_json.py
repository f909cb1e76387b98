"""JSON of facts and shapes: written into a report, and read back from one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from asyncsdk.errors import InvalidArgument
from asyncsdk.probe.fact import AnswerShape, Fact
from asyncsdk.probe.shape import DEEPEST, JsonShape, KeyShape

__all__ = ["fact_from_json", "fact_to_json", "shape_from_json", "shape_to_json"]

JsonObject: TypeAlias = "dict[str, Any]"


def fact_to_json(fact: Fact) -> JsonObject:
    """A fact as JSON."""
    value = fact.value
    return {
        "name": fact.name,
        "route": fact.route,
        "kind": fact.kind,
        "value": _answer_to_json(value) if isinstance(value, AnswerShape) else value,
    }


def fact_from_json(told: Mapping[str, Any]) -> Fact:
    """A fact of a report.

    Raises:
        InvalidArgument: this is none.
    """
    try:
        value: Any = told["value"]
        if told["kind"] == "shape":
            value = _answer_from_json(value)
        elif isinstance(value, list):
            value = tuple(str(word) for word in cast("list[object]", value))
        elif not (value is None or isinstance(value, (bool, int, str))):
            raise TypeError
        return Fact(str(told["name"]), value, route=told["route"])
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidArgument("This is no fact of a report.") from error


def shape_to_json(shape: JsonShape) -> JsonObject:
    """A shape as JSON."""
    told: JsonObject = {"kinds": sorted(shape.kinds)}
    if shape.keys:
        told["keys"] = {
            name: {"always": key.always, "shape": shape_to_json(key.shape)} for name, key in shape.keys.items()
        }
    if shape.members is not None:
        told["members"] = shape_to_json(shape.members)
    return told


def shape_from_json(told: Mapping[str, Any], depth: int = 0) -> JsonShape:
    """A shape of a report.

    Raises:
        InvalidArgument: this is none.
    """
    if depth > DEEPEST + 1:
        raise InvalidArgument("The shape is deeper than any that a probe writes.")
    try:
        keys = {
            str(name): KeyShape(shape_from_json(key["shape"], depth + 1), bool(key["always"]))
            for name, key in told.get("keys", {}).items()
        }
        members = told.get("members")
        inner = None if members is None else shape_from_json(members, depth + 1)
        return JsonShape(frozenset(map(str, told["kinds"])), keys, inner)
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidArgument("This is no shape of a report.") from error


def _answer_to_json(answer: AnswerShape) -> JsonObject:
    return {
        "status": answer.status,
        "content_type": answer.content_type,
        "error": answer.error,
        "problems": list(answer.problems),
        "unknown_keys": list(answer.unknown_keys),
        "body": shape_to_json(answer.body),
    }


def _answer_from_json(told: Mapping[str, Any]) -> AnswerShape:
    return AnswerShape(
        int(told["status"]),
        str(told["content_type"]),
        shape_from_json(told["body"]),
        None if told["error"] is None else str(told["error"]),
        tuple(map(str, told["problems"])),
        tuple(map(str, told["unknown_keys"])),
    )
