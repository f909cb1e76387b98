"""Between JSON and models: the one cattrs converter, tolerant of the types that Act-On mixes.

Numbers come as text, flags as ``Y`` and ``N``, times as epoch milliseconds in either; unknown keys are left
out. A first pass is fast; only when it fails does a second one find out where.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from operator import eq
from typing import Any, Final, TypeVar, cast

import attrs
from cattrs import Converter, transform_error
from cattrs.cols import homogenous_tuple_structure_factory, is_sequence, list_structure_factory
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from asyncsdk.errors import DecodeError, InvalidArgument
from asyncsdk.message import Json, Response
from asyncsdk.models import ListPage, Outcome

__all__ = ["decode", "encode_json", "parse", "structure"]

T = TypeVar("T")
_NO: Final = frozenset({"n", "no", "false", "0", ""})
_YES: Final = frozenset({"y", "yes", "true", "1"})
_MILLISECONDS_FROM: Final = 100_000_000_000
"""A smaller epoch number counts seconds: the sources disagree, and as milliseconds it would be before 1974."""


def encode_json(value: Json) -> bytes:
    """The JSON text of JSON values and models.

    Raises:
        InvalidArgument: it holds something that JSON cannot say.
    """
    try:
        return _DUMPS(value)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"The body cannot be written as JSON: {error}.") from error


def parse(response: Response) -> Json:
    """The JSON of an answer, whatever its content type says.

    Raises:
        DecodeError: it is empty, an HTML page, or broken JSON.
    """
    try:
        return _LOADS(response.body)
    except ValueError as error:
        start = response.body[:200].lstrip().lower()
        if not start:
            what = "an empty body"
        elif start.startswith(b"<"):
            what = "an HTML page"
        else:
            what = "broken JSON"
        raise DecodeError(
            f"The server answered HTTP {response.status} with {what} where JSON was expected"
            f" (request {response.request_id}).",
            status=response.status,
            request_id=response.request_id,
        ) from error


def decode(result: Any, response: Response) -> Any:
    """The result that a row promises, from the answer.

    Raises:
        DecodeError: the answer has another shape.
    """
    if not response.body.strip() and result in (Outcome, Any):
        return Outcome() if result is Outcome else None
    return structure(parse(response), result, response)


def structure(value: Json, result: Any, response: Response) -> Any:
    """Build a result from parsed JSON.

    Raises:
        DecodeError: the JSON has another shape.
    """
    try:
        return _hook(result)(value, result)
    except Exception as error:
        problems = _problems(value, result) or (f"{type(error).__name__}: {error}",)
        raise DecodeError(
            f"The answer is not what was expected (HTTP {response.status}, request {response.request_id}):",
            status=response.status,
            problems=problems,
            request_id=response.request_id,
        ) from None


@cache
def _hook(result: Any) -> Callable[[Any, Any], Any]:
    hook: Callable[[Any, Any], Any] = _FAST.get_structure_hook(result)
    return hook


def _problems(value: Json, result: Any) -> tuple[str, ...]:
    """Where the value departs from the expected shape, one line each."""
    try:
        _DETAILED.structure(value, result)
    except Exception as error:
        return tuple(transform_error(error))
    return ()


def _int(value: Any, _: Any) -> int:
    if isinstance(value, bool):
        raise ValueError("expected a number, not a flag")
    return int(value.strip()) if isinstance(value, str) else int(value)


def _str(value: Any, _: Any) -> str:
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError(f"expected text, not {type(value).__name__}")


def _bool(value: Any, _: Any) -> bool:
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("expected a flag")


def _datetime(value: Any, _: Any) -> datetime:
    number = _int(value, int)
    return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)


def _cells(value: Any, _: Any) -> tuple[tuple[str | None, ...], ...]:
    """Rows of cells, as they come: going through each cell would cost more than all the rest."""
    return tuple(map(tuple, map(_array, _array(value))))


def _array(value: Any) -> Any:
    """Text and objects can be gone through, too, and would give their characters and keys."""
    if not isinstance(value, list):
        raise ValueError(f"expected an array, not {type(value).__name__}")
    return cast("Any", value)


def _sequence(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    is_tuple = getattr(kind, "__origin__", kind) is tuple
    factory = homogenous_tuple_structure_factory if is_tuple else list_structure_factory
    inner = factory(kind, converter)
    return lambda value, kind: inner(_array(value), kind)


def _structurer(converter: Converter, model: type[Any]) -> Callable[[Any, Any], Any]:
    """Reads a model: finds its fields by their wire names, lets defaults stand in for nulls, keeps the rest."""
    fields = attrs.fields(attrs.resolve_types(_plain(model)))
    inner = make_dict_structure_fn(model, converter)
    names = {field.name: field.metadata.get("wire", (field.name,)) for field in fields}
    rest = next((field.name for field in fields if "rest" in field.metadata), None)
    taken = {wire for wires in names.values() for wire in wires}
    kinds = {field.name: field.type for field in fields}

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"expected an object, not {type(value).__name__}")
        told = cast("dict[str, Any]", value)
        known: dict[str, Any] = {}
        for name, wires in names.items():
            for wire in wires:
                if told.get(wire) is not None:
                    known[name] = told[wire]
                    break
        if rest is not None:
            known[rest] = {key: kept for key, kept in told.items() if key not in taken}
        return inner(known, model)

    if rest is not None:
        del names[rest]
    if converter.detailed_validation or model is not _plain(model):
        return read
    plan = tuple(
        (name, wires, converter.get_structure_hook(kinds[name]), kinds[name]) for name, wires in names.items()
    )

    def read_fast(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"expected an object, not {type(value).__name__}")
        told = cast("dict[str, Any]", value)
        known: dict[str, Any] = {}
        for name, wires, hook, kind in plan:
            for wire in wires:
                found = told.get(wire)
                if found is not None:
                    known[name] = hook(found, kind)
                    break
        if rest is not None and len(known) < len(told):
            known[rest] = {key: kept for key, kept in told.items() if key not in taken}
        return model(**known)

    return read_fast


def _unstructurer(converter: Converter, model: type[Any]) -> Callable[[Any], Any]:
    """Writes a model under its wire names, without what is None."""
    overrides = {
        field.name: override(
            rename=field.metadata["wire"][0] if "wire" in field.metadata else None,
            unstruct_hook=_yes_or_no if field.type is bool else None,
        )
        for field in attrs.fields(attrs.resolve_types(_plain(model)))
    }
    inner = make_dict_unstructure_fn(model, converter, **overrides)  # type: ignore[arg-type]
    rest = next((field.name for field in attrs.fields(model) if "rest" in field.metadata), None)

    def write(value: Any) -> dict[str, Any]:
        written = {key: told for key, told in inner(value).items() if told is not None}
        further: dict[str, Any] = written.pop(rest, {}) if rest is not None else {}
        return {**written, **further}

    return write


def _yes_or_no(value: bool) -> str:
    return "Y" if value else "N"


def _plain(model: Any) -> Any:
    """A generic model without its arguments."""
    return getattr(model, "__origin__", model)


def _is_model(kind: Any) -> bool:
    return attrs.has(_plain(kind))


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview))


def _plain_value(value: object) -> Any:
    """What a JSON library does not know: models, and mappings and sequences of other makes."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    if _is_sequence(value):
        return list(cast("Sequence[object]", value))
    if _is_model(type(value)):
        return _FAST.unstructure(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _json_library() -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
    """Write and read, by orjson where the ``speed`` extra is installed."""
    try:
        import orjson
    except ImportError:
        return _dumps, _loads
    # What the standard library refuses is refused here, too: a body does not depend on what is installed.
    alike = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    dumps = partial(orjson.dumps, default=_plain_value, option=alike)

    def dumps_without_nan(value: Any) -> bytes:
        text = dumps(value)
        if b"null" in text:  # what orjson makes of NaN, such as an empty cell of a dataframe
            _dumps(value)
        return text

    return dumps_without_nan, orjson.loads


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain_value, allow_nan=False)
"""Made once: ``json.dumps`` makes one for each call that departs from its defaults."""


def _dumps(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def _loads(text: bytes) -> Any:
    return json.loads(text.decode())


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    converter.register_structure_hook(int, _int)
    converter.register_structure_hook(str, _str)
    converter.register_structure_hook(bool, _bool)
    converter.register_structure_hook(datetime, _datetime)
    cells = attrs.fields_dict(attrs.resolve_types(ListPage))["rows"].type
    converter.register_structure_hook_factory(is_sequence, _sequence)
    converter.register_structure_hook_func(partial(eq, cells), _cells)
    converter.register_structure_hook_factory(_is_model, partial(_structurer, converter))
    converter.register_unstructure_hook_factory(_is_model, partial(_unstructurer, converter))
    return converter


_FAST: Final = _converter(detailed=False)
_DETAILED: Final = _converter(detailed=True)
_DUMPS, _LOADS = _json_library()
