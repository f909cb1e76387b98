"""The plots of the last run, drawn from the results of the programs: python -m benchmarks.plots.

A plot is left out if a program that it needs has no results.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from benchmarks.report import RESULTS
from benchmarks.results import Result, read_results
from benchmarks.svg import Bar, BarPanel, Line, bar_chart, line_chart

__all__ = ["PLOTS", "drawn"]

FOLDER: Final = Path(__file__).parents[1] / "docs/benchmarks"

Results: TypeAlias = Mapping[str, Result]

OURS: Final = "a"
OTHERS: Final = "e"


def rate(results: Results) -> str:
    """Rate against refusals, by client and processes."""
    fleet = results["fleet"]
    clients = {
        "asyncsdk, one process": ("one process, Limiter: rate / R0", "the same: 429s per 1,000"),
        "asyncsdk by a file, 4 processes": _fleet("file, 4"),
        "asyncsdk by a file, 8": _fleet("file, 8"),
        "asyncsdk by Redis, 4": _fleet("redis, 4"),
        "asyncsdk by Redis, 8": _fleet("redis, 8"),
        "asyncsdk by Redis, 1 of 8 has work": _fleet("redis, 1 of 8 busy"),
        "aiolimiter, 5 a second in each of 4": _fleet("aiolimiter_each, 4"),
        "aiolimiter, an equal part, 4": _fleet("aiolimiter_split, 4"),
        "aiolimiter, an equal part, 8": _fleet("aiolimiter_split, 8"),
        "aiolimiter, a part, 1 of 8 has work": _fleet("aiolimiter_split, 1 of 8 busy"),
        "pyrate-limiter, Redis, 4": _fleet("pyrate_limiter, 4"),
        "pyrate-limiter, Redis, 8": _fleet("pyrate_limiter, 8"),
        "limits, Redis, 4": _fleet("limits, 4"),
        "throttled-py, Redis, 4": _fleet("throttled, 4"),
    }
    rates = [fleet.value(row) for row, _ in clients.values()]
    refused = [fleet.value(row) for _, row in clients.values()]
    told = (f"{name} {share:.2f} and {no:,.0f}" for name, share, no in zip(clients, rates, refused, strict=True))
    return bar_chart(
        "Calls that a server of five a second accepts, and those that it refuses",
        f"The rate as a share of the best possible one, and refused calls for 1,000 accepted: {'; '.join(told)}",
        [Bar(name, OURS if name.startswith("asyncsdk") else OTHERS) for name in clients],
        [
            BarPanel("accepted, of the best possible rate", rates, [f"{share:.2f}" for share in rates], mark=1.0),
            BarPanel(
                "refused for 1,000 accepted (logarithmic)",
                refused,
                [f"{no:,.0f}" for no in refused],
                logarithmic=True,
            ),
        ],
    )


def _fleet(run: str) -> tuple[str, str]:
    return f"{run}: rate / R0", f"{run}: 429s per 1,000"


def calls(results: Results) -> str:
    """Calls for each row, by rows."""
    found = results["bulk_strategies"]
    lines = [
        Line("bulk.upsert, by upload", _by_rows(found, "* rows, upload: calls / row"), OURS),
        Line("bulk.upsert, by records", _by_rows(found, "* rows, records*: calls / row"), "c"),
        Line(
            "aiohttp, 10 at once, lenient server",
            _by_rows(found, "lenient: aiohttp, 10 at once, sleeps 1 s on a 429, * rows: *"),
            "b",
        ),
        Line(
            "aiohttp, 10 at once, strict server",
            _by_rows(found, "strict: aiohttp, 10 at once, sleeps 1 s on a 429, * rows: *"),
            "d",
        ),
    ]
    title = "Calls for each row of a bulk upsert"
    return line_chart(title, _points(lines, "calls a row"), ("rows", "calls for a row"), lines)


def _by_rows(found: Result, what: str) -> list[tuple[float, float]]:
    """Values by the number of rows that stands in a row's name, before the word "rows"."""
    named = ((row.what.partition(" rows")[0].rpartition(" ")[2], row.value) for row in found.rows(what))
    return [(float(count.replace(",", "")), value) for count, value in named]


def _points(lines: Sequence[Line], unit: str) -> str:
    """All points of lines in words."""
    return "; ".join(
        f"{line.label}: {', '.join(f'{up:.3g} {unit} at {rows:,.0f} rows' for rows, up in line.points)}"
        for line in lines
    )


LAWS: Final = ("median 0.5 s, p99 5 s", "median 5 s, p99 120 s", "median 60 s, p99 900 s")
SCHEDULES: Final = {"asyncsdk": OURS, "fixed 5 s": OTHERS, "exponential 2 s x1.5 to 30 s": "b"}


def latency(results: Results) -> str:
    """Seconds between a job's end and its discovery, and looks at a job."""
    found = results["poll_schedule"]
    names = [(law, schedule) for law in LAWS for schedule in SCHEDULES]
    late, looks, ratio = (
        [found.value(f"{law}: {schedule}{what}") for law, schedule in names]
        for what in (", mean extra latency", ", looks per job", " / optimum")
    )
    told = (
        f"{law}, {schedule}: {seconds:.1f} s, {number:.1f}, {over:.2f}"
        for (law, schedule), seconds, number, over in zip(names, late, looks, ratio, strict=True)
    )
    return bar_chart(
        "How late a job's end is noticed",
        f"Mean latency, looks at a job, and latency over the optimum at as many looks: {'; '.join(told)}",
        [Bar(f"{law.partition(',')[0]}: {schedule}", SCHEDULES[schedule]) for law, schedule in names],
        [
            BarPanel("latency, s", late, [f"{each:.1f}" for each in late]),
            BarPanel("looks at a job", looks, [f"{each:.1f}" for each in looks]),
            BarPanel("latency / optimum", ratio, [f"{each:.2f}" for each in ratio], mark=1.0),
        ],
    )


MEMORY: Final = {
    "bulk.upsert": OURS,
    "lists.records": "c",
    "aiohttp, the file as one text": OTHERS,
    "aiohttp, all records as dicts": "b",
}


def memory(results: Results) -> str:
    """Peak memory, by rows."""
    found = results["memory"]
    lines = [
        Line(
            what,
            [(count, max(megabytes, 0.1)) for count, megabytes in _by_rows(found, f"* rows: {what}")],
            colour,
        )
        for what, colour in MEMORY.items()
    ]
    return line_chart("Peak memory over the start", _points(lines, "MB"), ("rows", "MB"), lines)


def typed(results: Results) -> str:
    """CPU of a typed call over its own raw call, beside peers."""
    found = results["typed_call"]
    names = {
        "asyncsdk, orjson": ("typed / raw", "orjson"),
        "asyncsdk, json": ("typed / raw", "stdlib"),
        **{peer: (f"{peer} / its own raw call", "stdlib") for peer in ("slack_sdk", "gidgethub", "stripe")},
    }
    one, ten = (
        [found.value(f"{what}, c={concurrency}, {library}: p10") for what, library in names.values()]
        for concurrency in (1, 10)
    )
    told = (f"{name} {alone:.2f}, {many:.2f}" for name, alone, many in zip(names, one, ten, strict=True))
    return bar_chart(
        "CPU of a typed call, over the same request by hand with aiohttp",
        f"The ratio one at a time and ten at a time: {'; '.join(told)}",
        [Bar(name, OURS if name.startswith("asyncsdk") else OTHERS) for name in names],
        [
            BarPanel("one at a time", one, [f"{each:.2f}" for each in one], mark=1.0),
            BarPanel("ten at a time", ten, [f"{each:.2f}" for each in ten], mark=1.0),
        ],
    )


PLOTS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Results], str]]]] = {
    "rate": (("fleet",), rate),
    "calls": (("bulk_strategies",), calls),
    "latency": (("poll_schedule",), latency),
    "memory": (("memory",), memory),
    "typed-call": (("typed_call",), typed),
}
"""By the name of the file: the programs that a plot needs, and what draws it."""


def drawn(results: Results) -> Iterator[tuple[str, str]]:
    """The name and the SVG of each plot that can be drawn."""
    for name, (programs, draw) in PLOTS.items():
        if all(program in results for program in programs):
            yield name, draw(results)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder of the results")
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder of the plots")
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    for name, text in drawn(read_results(chosen.results)):
        path = chosen.into / f"{name}.svg"
        path.write_text(text, encoding="utf-8")
        print(f"Written to {path}")


if __name__ == "__main__":
    main()
