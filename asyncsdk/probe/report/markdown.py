"""Markdown of a report: for the person who looks through it before it is shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from asyncsdk.probe.comparison import Compared
from asyncsdk.probe.fact import AnswerShape, value_words
from asyncsdk.probe.report.about import AboutRun
from asyncsdk.probe.report.report_json import summary_json
from asyncsdk.probe.report.seen_routes import seen_routes
from asyncsdk.probe.results import CheckResult, Outcome, ProbeResults
from asyncsdk.probe.shape import JsonShape

__all__ = ["report_markdown"]

_INTRODUCTION: Final = (
    "What an Act-On account answered, compared with what asyncsdk expects. Keys and types are told as they are,"
    " values only by their kind, such as `address` or `list id`. Words of the server's own errors stay, without"
    " what they say of the account. **Look through it before you share it**: nothing in it should tell who the"
    " account is, or whom it knows. Search it, and the JSON beside it, for the name of your company, your own, your"
    " domain, and of a list or two; and read the differences, which hold the most words of the server."
)


def report_markdown(results: ProbeResults, about: AboutRun) -> str:
    """The report as Markdown."""
    lines = [
        "# Report of asyncsdk probe",
        "",
        _INTRODUCTION,
        "",
        *_about(results, about),
        *_differences(results),
        *_routes(results),
        *_not_asked(results),
        *_answers(results),
    ]
    return "\n".join(lines) + "\n"


def _about(results: ProbeResults, about: AboutRun) -> Iterator[str]:
    counts = summary_json(results)
    yield from _table(
        ("what", "value"),
        (
            ("asyncsdk", about.version),
            ("day (UTC)", about.day),
            ("server", about.server),
            ("allowed", ", ".join(each.value for each in about.access)),
            ("calls", f"{results.calls_made:,} of at most {results.calls_most:,}"),
            ("facts", f"{counts['facts']:,}"),
            ("same", f"{counts['same']:,}"),
            ("differ", f"{counts['differ']:,}"),
            ("not seen", f"{counts['not_seen']:,}"),
        ),
    )
    if results.ended_by is not None:
        yield from (f"The probe did not come to its end: {_plain(results.ended_by)}.", "")


def _differences(results: ProbeResults) -> Iterator[str]:
    rows = [
        (fact.fact.name, each.where, each.seen, each.expected, ", ".join(each.expected_by))
        for fact in results.facts
        for each in fact.differences
    ]
    yield from ("## Differences", "")
    if rows:
        yield from _table(("what was asked", "where", "seen", "expected", "expected by"), rows)
    else:
        yield from ("None.", "")


def _routes(results: ProbeResults) -> Iterator[str]:
    rows = [
        (each.route, each.table, "yes" if each.seen else "no", each.verdict.value) for each in seen_routes(results)
    ]
    if rows:
        yield from ("## Routes", "")
        yield from _table(("route", "the table says", "an answer was seen", "compared"), rows)


def _not_asked(results: ProbeResults) -> Iterator[str]:
    rows = [
        (result.check.name, result.outcome.value, result.why or "")
        for result in results.checks
        if result.outcome is not Outcome.ASKED
    ]
    if rows:
        yield from ("## Not asked, or not to the end", "")
        yield from _table(("check", "what became of it", "why"), rows)


def _answers(results: ProbeResults) -> Iterator[str]:
    yield from ("## What was found out", "")
    for result in results.checks:
        if result.facts:
            yield from _check(result)


def _check(result: CheckResult) -> Iterator[str]:
    yield from (f"### {_plain(result.check.name)}", "", result.check.question, "")
    for compared in result.facts:
        yield from _fact(compared)
    yield ""


def _fact(compared: Compared) -> Iterator[str]:
    value = compared.fact.value
    name, verdict = _plain(compared.fact.name), compared.verdict.value
    if not isinstance(value, AnswerShape):
        yield f"- {name}: {_code(value_words(value))} ({verdict})"
        return
    yield f"- {name}: HTTP {value.status}, {_code(value.content_type or 'no content type')} ({verdict})"
    if value.error is not None:
        yield f"    - refused with {_code(value.error)}"
    for where, kinds in shape_lines(value.body):
        yield f"    - {_code(where)}: {_plain(kinds)}"


def shape_lines(shape: JsonShape, where: str = "$", note: str = "") -> Iterator[tuple[str, str]]:
    """The places of a shape, and what is there, in words."""
    yield where, (", ".join(sorted(shape.kinds)) or "nothing") + note
    for name, key in shape.keys.items():
        yield from shape_lines(key.shape, f"{where}.{name}", "" if key.always else "; not always there")
    if shape.members is not None:
        yield from shape_lines(shape.members, f"{where}[]")


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(_plain(cell) for cell in row)} |"
    yield ""


def _plain(text: str) -> str:
    """A text that Markdown shows as it is: foreign words hold no marks of theirs."""
    return "".join(f"\\{letter}" if letter in "|\\`*_<>[]#" else letter for letter in _printable(text))


def _code(text: str) -> str:
    return f"`{_printable(text).replace('`', chr(39))}`"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
