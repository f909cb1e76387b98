"""Request plan: how the arguments of a route become a request, worked out once, at its first call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Effect, Json, Request, request_of
from asyncsdk.routing.encoders import Encoder
from asyncsdk.routing.markers import Location
from asyncsdk.routing.params import Param

__all__ = ["Assemble", "EffectOf", "RequestPlan"]

Assemble = Callable[[Mapping[str, Any]], Mapping[str, str]]
EffectOf = Callable[[Mapping[str, Any]], Effect]


@lru_cache(maxsize=1024)
def _segment(text: str) -> str:
    """Percent-encode a part of a path; calls to one list after another repeat it."""
    return quote(text, safe=":")


class _Field(NamedTuple):  # a tuple is taken apart in one step
    """One argument of a route: its name on the wire, and how its value is encoded."""

    name: str
    wire: str
    """In the path: the place of the template that it fills in."""

    encode: Encoder
    required: bool


class RequestPlan:
    """Plan of the requests of one route, which differ by the values of its arguments alone.

    Args:
        method: the HTTP method.
        path: the template of the path.
        fixed: query parameters that are always sent as they are.
        body: where parameters travel that are not in the path and carry no marker.
        params: the parameters that travel.
        assemble: builds fields of the body from several arguments.
        effect: what repeating a call does ...
        effect_by: ... and what tells it from the arguments, where it is not always the same.
    """

    def __init__(
        self,
        method: str,
        path: str,
        *,
        fixed: Mapping[str, str],
        body: Location,
        params: Sequence[Param],
        assemble: Assemble | None,
        effect: Effect,
        effect_by: EffectOf | None,
    ) -> None:
        def fields(*locations: Location, whole: bool = False) -> tuple[_Field, ...]:
            return tuple(
                _Field(each.name, each.wire, each.encoder(), each.required)
                for each in params
                if each.location in locations and each.whole is whole and not each.assembled
            )

        self._method = method
        self._template = path
        self._fixed = fixed
        self._path = tuple(each._replace(wire=f"{{{each.name}}}") for each in fields(Location.PATH))
        self._query = fields(Location.QUERY)
        self._whole_json = next(iter(fields(Location.JSON, whole=True)), None)
        self._json = fields(Location.JSON)
        self._sends_json = body is Location.JSON
        self._form = fields(Location.FORM, Location.MULTIPART)
        self._parts = frozenset(each.name for each in fields(Location.MULTIPART))
        self._is_multipart = body is Location.MULTIPART
        self._assemble = assemble
        if (self._whole_json or self._json) and (self._form or assemble):
            raise AssertionError(f"{method} {path} has two bodies.")
        self._effect = effect
        self._effect_by = effect_by

    def request(self, arguments: Mapping[str, Any]) -> Request:
        """The request for these arguments, each of which is encoded once.

        Raises:
            InvalidArgument: a value that cannot be sent.
        """
        path = self.path(arguments)
        query = {**self._fixed}
        if self._query:
            _encode(self._query, arguments, query)
        form, json, parts = self._body(arguments)
        effect = self._effect if self._effect_by is None else self._effect_by(arguments)
        return request_of(self._method, path, query, form, json, parts, effect)

    def path(self, arguments: Mapping[str, Any]) -> str:
        """The path for these arguments.

        Raises:
            InvalidArgument: a value that cannot stand in it.
        """
        path = self._template
        for name, place, encode, required in self._path:
            value = arguments[name]
            if value is not None:
                path = path.replace(place, _segment(encode(value)))
            elif required:
                raise _not_given(name)
            else:
                path = path.replace("/" + place, "")
        return path

    def _body(self, arguments: Mapping[str, Any]) -> tuple[dict[str, Any] | None, Json, dict[str, Any] | None]:
        """The fields of a form, the JSON and the parts of the body, of which two are None."""
        if self._whole_json is not None:
            name, _, encode, required = self._whole_json
            value = arguments[name]
            if value is not None:
                return None, encode(value), None
            if required:
                raise _not_given(name)
        fields: dict[str, Any] = {}
        if self._json or self._sends_json:
            _encode(self._json, arguments, fields)
            return None, _nested(fields) if fields or self._sends_json else None, None
        _encode(self._form, arguments, fields)
        if self._assemble is not None:
            fields.update(self._assemble(arguments))
        if self._is_multipart or any(arguments[name] is not None for name in self._parts):
            return None, None, fields
        return fields or None, None, None


def _encode(fields: Sequence[_Field], arguments: Mapping[str, Any], into: dict[str, Any]) -> None:
    for name, wire, encode, required in fields:
        value = arguments[name]
        if value is not None:
            into[wire] = encode(value)
        elif required:
            raise _not_given(name)


def _not_given(name: str) -> InvalidArgument:
    return InvalidArgument(f"{name} must be given.")


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The object of a JSON body: dots in the name of a field lead into objects."""
    json: dict[str, Any] = {}
    for wire, value in fields.items():
        *outer, last = wire.split(".")
        inner = json
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = value
    return json
