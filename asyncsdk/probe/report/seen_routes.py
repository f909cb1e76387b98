"""Seen routes: what the table says of each route that was asked, and what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from asyncsdk.api import TABLE
from asyncsdk.probe.comparison import Compared, Verdict
from asyncsdk.probe.fact import AnswerShape
from asyncsdk.probe.results import ProbeResults
from asyncsdk.probe.shape_comparison import tells_something

__all__ = ["SeenRoute", "seen_routes"]


@frozen
class SeenRoute:
    """One route."""

    route: str
    """Its name."""

    table: str
    """How sure the table is of its answer: ``captured``, ``documented`` or ``guessed``."""

    seen: bool
    """Whether an answer was seen that is no refusal, and that holds something."""

    verdict: Verdict
    """Whether what was seen of it agrees with what was expected."""


def seen_routes(results: ProbeResults) -> Iterator[SeenRoute]:
    """The routes that were asked, in the table's order."""
    by_route: dict[str, list[Compared]] = {}
    for fact in results.facts:
        if fact.fact.route is not None:
            by_route.setdefault(fact.fact.route, []).append(fact)
    for name, route in TABLE.items():
        facts = by_route.get(name)
        if facts:
            yield SeenRoute(name, route.shape.value, any(map(_is_seen, facts)), _verdict(facts))


def _is_seen(compared: Compared) -> bool:
    value = compared.fact.value
    return isinstance(value, AnswerShape) and value.error is None and tells_something(value.body)


def _verdict(facts: list[Compared]) -> Verdict:
    verdicts = {fact.verdict for fact in facts}
    return next(each for each in (Verdict.DIFFERS, Verdict.SAME, Verdict.NOT_SEEN) if each in verdicts)
