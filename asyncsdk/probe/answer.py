"""Answer to a call of a probe: as it came, a refusal as well."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from attrs import field, frozen

from asyncsdk.errors import DecodeError
from asyncsdk.http.error_bodies import is_refusal
from asyncsdk.http.error_shapes import ParsedError, parse_error_body
from asyncsdk.http.json import parse
from asyncsdk.http.messages import Json, Response
from asyncsdk.routing.route import Route

__all__ = ["Answer"]


@frozen(slots=False)  # what is cached is kept in the instance
class Answer:
    """One answer. It holds what must not leave a check; a fact of it does not."""

    route: Route
    """The route that was called."""

    response: Response = field(repr=False)
    """The answer as it came."""

    sent: tuple[str, ...] = field(default=(), repr=False)
    """The values that the call sent, as texts."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status

    @cached_property
    def refused(self) -> bool:
        """Whether it is a refusal, by its status or by its body."""
        return self.status >= 300 or is_refusal(self.json)

    @cached_property
    def json(self) -> Json:
        """The parsed body; None where it is no JSON."""
        try:
            return parse(self.response)
        except DecodeError:
            return None

    @property
    def object(self) -> Mapping[str, Any]:
        """The parsed body, where it is an object; else an empty one."""
        body: object = self.json
        return cast("dict[str, Any]", body) if isinstance(body, dict) else {}

    @property
    def error(self) -> ParsedError | None:
        """The code and the message of a refusal."""
        return parse_error_body(self.json) if self.refused else None

    def header(self, name: str) -> str:
        """The value of a header; empty where there is none."""
        return self.response.headers.get(name, "")
