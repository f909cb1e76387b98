"""Request draft: the parts of a request, filled in by one field encoder after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from attrs import frozen

from asyncsdk.http.messages import Effect, Json, Request
from asyncsdk.routing.encoders import Encoder
from asyncsdk.routing.markers import Location
from asyncsdk.routing.params import Param

__all__ = ["FieldEncoder", "RequestDraft", "field_encoder"]


@lru_cache(maxsize=1024)
def _segment(text: str) -> str:
    """Percent-encode a part of a path; calls to one list after another repeat it."""
    return quote(text, safe=":")


class RequestDraft:
    """A request while it is put together.

    Args:
        path: the template of the path.
        query: query parameters that are there from the start.
        multipart: whether the fields of the body travel as ``multipart/form-data``.
    """

    __slots__ = ("fields", "json", "multipart", "path", "query")

    def __init__(self, path: str, query: Mapping[str, Any], multipart: bool) -> None:
        self.path: str = path
        self.query: dict[str, Any] = {**query}
        self.fields: dict[str, Any] = {}
        self.json: Json = None
        self.multipart: bool = multipart

    def add_to_path(self, wire: str, value: Any) -> None:
        """Fill in a place of the template."""
        self.path = self.path.replace("{" + wire + "}", _segment(value))

    def leave_out_of_path(self, wire: str) -> None:
        """Take an optional segment out of the path."""
        self.path = self.path.replace("/{" + wire + "}", "")

    def add_to_query(self, wire: str, value: Any) -> None:
        """Add a query parameter."""
        self.query[wire] = value

    def add_to_form(self, wire: str, value: Any) -> None:
        """Add a field to the body."""
        self.fields[wire] = value

    def add_to_multipart(self, wire: str, value: Any) -> None:
        """Add a part to the body, which travels as ``multipart/form-data`` because of it."""
        self.fields[wire] = value
        self.multipart = True

    def add_to_json(self, wire: str, value: Any) -> None:
        """Add a field to the JSON object of the body; dots in its name lead into objects."""
        if self.json is None:
            self.json = {}
        *outer, last = wire.split(".")
        inner = self.json
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = value

    def set_json(self, _: str, value: Any) -> None:
        """Give the whole JSON body; it has no name on the wire."""
        self.json = value

    def request(self, method: str, effect: Effect) -> Request:
        """The request, once all is filled in."""
        form, parts = (None, self.fields) if self.multipart else (self.fields or None, None)
        return Request(method, self.path, self.query, form, self.json, parts, effect)


Add: TypeAlias = Callable[[RequestDraft, str, Any], None]

_ADD: Final[Mapping[Location, Add]] = {
    Location.PATH: RequestDraft.add_to_path,
    Location.QUERY: RequestDraft.add_to_query,
    Location.FORM: RequestDraft.add_to_form,
    Location.MULTIPART: RequestDraft.add_to_multipart,
    Location.JSON: RequestDraft.add_to_json,
}


@frozen
class FieldEncoder:
    """One argument of a route: how its value is encoded, and where in the request it goes."""

    name: str
    wire: str
    required: bool
    encode: Encoder
    add: Add
    in_path: bool


def field_encoder(param: Param) -> FieldEncoder:
    """The encoder of one parameter."""
    in_path = param.location is Location.PATH
    return FieldEncoder(
        param.name,
        param.name if in_path else param.wire,
        param.required,
        param.encoder(),
        RequestDraft.set_json if param.whole else _ADD[param.location],
        in_path,
    )
