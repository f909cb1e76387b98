"""Captured answers: what probes of real accounts saw of each route, held against model, emulator and table.

``python -m tests.conformance.add_report REPORT.json`` adds to them. A file has the facts of one route.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from asyncsdk import TABLE, Shape
from asyncsdk.http.messages import Response
from asyncsdk.probe import ALL_CHECKS
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.comparison import compare
from asyncsdk.probe.expected_facts import expected_facts
from asyncsdk.probe.fact import AnswerShape, Fact
from asyncsdk.probe.key_names import PLAIN_KEYS
from asyncsdk.probe.model_check import check_model
from asyncsdk.probe.reference import open_reference
from asyncsdk.probe.report.fact_json import fact_from_json
from asyncsdk.probe.shape_comparison import tells_something
from tests.conformance.sample_values import barest_of, fullest_of

__all__ = ["FOLDER", "Captured", "against_emulator", "against_model", "against_table", "read_captured"]

FOLDER = Path(__file__).with_name("captured")


@frozen
class Captured:
    """What was seen of one route."""

    route: str
    facts: tuple[tuple[str, Fact], ...]
    """Each fact, with the name of the check that found it."""

    @property
    def answers(self) -> Iterator[tuple[str, AnswerShape]]:
        """The answers that are no refusals and hold something, by the fact's name."""
        for _, fact in self.facts:
            value = fact.value
            if isinstance(value, AnswerShape) and value.error is None and tells_something(value.body):
                yield fact.name, value


def read_captured(folder: Path = FOLDER) -> list[Captured]:
    """All that was captured."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Captured:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Captured(told["route"], tuple((each["check"], fact_from_json(each)) for each in told["facts"]))


def against_table(captured: Captured) -> Iterator[str]:
    """What the table says otherwise: a route of which an answer was seen is captured."""
    shape = TABLE[captured.route].shape
    if shape is not Shape.CAPTURED and any(captured.answers):
        yield f"{captured.route} was seen, and the table says {shape}."


def against_model(captured: Captured) -> Iterator[str]:
    """What the result type cannot read of the answers, with all of their keys and with as few as were seen."""
    route = TABLE[captured.route]
    for name, seen in captured.answers:
        yield from (f"{name}: {problem}" for problem in seen.problems)
        if "json" not in seen.content_type:
            continue
        for sample in (fullest_of(seen.body), barest_of(seen.body)):
            body = json.dumps(sample).encode()
            answer = Answer(route, Response(seen.status, {"Content-Type": seen.content_type}, body))
            yield from (f"{name}: {problem}" for problem in check_model(answer, PLAIN_KEYS).problems)


async def against_emulator(all_captured: Iterable[Captured]) -> AsyncIterator[str]:
    """What the emulator answers otherwise; each check is run once."""
    wanted: dict[str, dict[str, Fact]] = {}
    for captured in all_captured:
        for name, fact in captured.facts:
            wanted.setdefault(name, {})[fact.name] = fact
    if not wanted:
        return
    async with open_reference() as reference:
        for check in ALL_CHECKS:
            facts = wanted.pop(check.name, None)
            if facts is None:
                continue
            reference.before(check.access)
            expected = await expected_facts(check, reference.account)
            for name, fact in facts.items():
                for each in compare(fact, expected.get(name)).differences:
                    yield f"{name}: {each.where}: {each.seen} was seen, the emulator has {each.expected}."
    for name in wanted:
        yield f"There is no check {name!r} any more."
