"""Watching: an observer that keeps the events, and the law that all of them keep."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, TypeVar

from attrs import fields_dict

from asyncsdk import telemetry
from asyncsdk.telemetry import Event

E = TypeVar("E")

__all__ = ["PAIRS", "Kept"]

PAIRS: Final = {
    name.removesuffix("Started"): next(iter(fields_dict(getattr(telemetry, name))))
    for name in telemetry.__all__
    if name.endswith("Started")
}
"""What begins and ends, and the field that holds its number."""


class Kept(list[Event]):
    """An observer that keeps the events that it is given."""

    def __call__(self, event: Event) -> None:
        """Keep an event."""
        self.append(event)

    def of(self, kind: type[E]) -> list[E]:
        """The events of one class."""
        return [event for event in self if isinstance(event, kind)]

    def one(self, kind: type[E]) -> E:
        """The only one of a class."""
        (event,) = self.of(kind)
        return event

    def check_pairs(self) -> None:
        """Every beginning has exactly one end, which comes later; no number is used twice."""
        begun: Counter[tuple[str, int]] = Counter()
        ended: Counter[tuple[str, int]] = Counter()
        for event in self:
            name = type(event).__name__
            kind = name.removesuffix("Started").removesuffix("Ended")
            if kind == name:
                continue
            key = kind, _number(event, PAIRS[kind])
            (begun if name.endswith("Started") else ended)[key] += 1
            assert ended[key] <= begun[key] == 1, f"{event} has no beginning, or comes twice"
        assert begun == ended


def _number(event: Any, field: str) -> int:
    number: int = getattr(event, field)
    return number
