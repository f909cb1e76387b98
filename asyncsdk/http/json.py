"""JSON encoding of request bodies and decoding of response bodies.

By orjson where the ``speed`` extra is installed; what may be written does not depend on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final, cast

import attrs

from asyncsdk.errors import DecodeError, InvalidArgument
from asyncsdk.http.messages import Json, Response

__all__ = ["encode_json", "parse"]


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
    except (ValueError, RecursionError) as error:
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


def _plain_value(value: object) -> Any:
    """Convert values that a JSON library does not know: models, other mappings and sequences."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    if _is_sequence(value):
        return list(cast("Sequence[object]", value))
    if attrs.has(type(value)):
        return _written(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview))


def _written(model: Any) -> dict[str, Any]:
    """A model under its wire names, without what is None."""
    written: dict[str, Any] = {}
    for name, wire, words in _fields(model.__class__):
        value = getattr(model, name)
        if wire is None:
            written.update(value)
        elif value is not None:
            written[wire] = words[value] if words else value
    return written


@cache
def _fields(model: Any) -> tuple[tuple[str, str | None, Mapping[object, str]], ...]:
    """Each field, its name on the wire (None: it holds further keys), and the words for its values, if any."""
    return tuple(
        (
            field.name,
            None if "rest" in field.metadata else field.metadata.get("wire", (field.name,))[0],
            field.metadata.get("written", {}),
        )
        for field in attrs.fields(model)
    )


def _json_library() -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
    """Write and read, by orjson where it is installed."""
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

    def loads_alike(text: bytes) -> Any:
        try:
            return orjson.loads(text)
        except ValueError:
            return _loads(text)  # reads half characters, as in a name that was cut short, and NaN

    return dumps_without_nan, loads_alike


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain_value, allow_nan=False)
"""Made once: ``json.dumps`` makes one for each call that departs from its defaults."""


def _dumps(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def _loads(text: bytes) -> Any:
    words = text.decode().strip(" \t\r\n")
    value, end = _DECODER.raw_decode(words)
    if end < len(words):
        raise ValueError("something follows the value")
    return value


_DECODER: Final = json.JSONDecoder()
"""``json.loads`` asks each time what it shall depart from."""


_DUMPS, _LOADS = _json_library()
