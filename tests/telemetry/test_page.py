"""The page about telemetry, the dashboard and the alerts name what the code has, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

from attrs import fields
from opentelemetry.metrics import NoOpMeter

from asyncsdk import telemetry
from asyncsdk.otel import attributes
from asyncsdk.otel.metrics import Metrics

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "telemetry.md").read_text(encoding="utf-8")
GRAFANA = ROOT / "examples" / "grafana"
SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}


class Meter(NoOpMeter):
    """A meter that makes nothing, and keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__("asyncsdk")
        self.asked: dict[str, tuple[str, str]] = {}

    def create_counter(self, name: str, unit: str = "", description: str = "") -> Any:
        """Keep a counter."""
        return self._keep("counter", name, unit)

    def create_up_down_counter(self, name: str, unit: str = "", description: str = "") -> Any:
        """Keep a counter that may fall."""
        return self._keep("up-down counter", name, unit)

    def create_histogram(self, name: str, unit: str = "", description: str = "", **_: Any) -> Any:
        """Keep a histogram."""
        return self._keep("histogram", name, unit)

    def create_observable_gauge(
        self, name: str, callbacks: Any = None, unit: str = "", description: str = ""
    ) -> Any:
        """Keep a gauge."""
        return self._keep("gauge", name, unit)

    def _keep(self, kind: str, name: str, unit: str) -> None:
        self.asked[name] = kind, unit


def asked() -> dict[str, tuple[str, str]]:
    """The kind and the unit of each metric, by its name."""
    meter = Meter()
    Metrics(meter, {})
    return meter.asked


def names_in_prometheus() -> set[str]:
    """What Prometheus calls the metrics."""
    found = set()
    for name, (kind, unit) in asked().items():
        base = name.replace(".", "_") + ("_seconds" if unit == "s" else "")
        found |= {base + suffix for suffix in SUFFIXES.get(kind, [""])}
    return found


def rows_of(heading: str) -> dict[str, list[str]]:
    """The rows of the table with this heading, by their first cell."""
    table = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {first.strip("`"): rest for first, *rest in cells}


def test_the_table_of_events_is_whole() -> None:
    """Each event is in it with its fields in their order, and is exported."""
    rows = rows_of("event")
    events = {kind.__name__: kind for kind in get_args(telemetry.Event)}
    assert rows.keys() == events.keys()
    for name, kind in events.items():
        assert re.findall(r"`(\w+)`", rows[name][-1]) == [field.name for field in fields(kind)]
        assert getattr(telemetry, name) is kind


def test_every_attribute_of_spans_is_named() -> None:
    """Those of the conventions, and the library's own."""
    for name in attributes.__all__:
        assert f"`{getattr(attributes, name)}`" in PAGE, name


def test_the_table_of_metrics_is_whole() -> None:
    """Each metric is in it, with its kind and its unit."""
    assert {name: (kind, unit.strip("`")) for name, (kind, unit, _) in rows_of("metric").items()} == asked()


def test_the_dashboard_shows_metrics_that_there_are() -> None:
    """Every name in its queries is one of Prometheus's names of the metrics, and no metric is left out."""
    dashboard = json.loads((GRAFANA / "dashboard.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    names = {name for query in queries for name in metrics_in(query)}
    assert names <= names_in_prometheus()
    for name in asked():
        assert any(found.startswith(name.replace(".", "_")) for found in names), name
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_alerts_go_by_metrics_that_there_are() -> None:
    """Every name in them exists; the one that the page explains is the one in the file."""
    rules = (GRAFANA / "alerts.yml").read_text(encoding="utf-8")
    expressions = re.findall(r"expr: (.*)", rules)
    assert len(expressions) == 4
    for expression in expressions:
        assert set(metrics_in(expression)) <= names_in_prometheus()
        assert metrics_in(expression)
    assert expressions[0] in PAGE


def metrics_in(query: str) -> list[str]:
    """The names of metrics in a query: what is no label."""
    without_labels = re.sub(r"\{[^}]*\}|by \([^)]*\)", "", query)
    return re.findall(r"\b(?:acton|http)_\w+", without_labels)
