"""The table and the plots of the benchmarks, which are made from what the programs found."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.plots import FOLDER, PLOTS, drawn
from benchmarks.report import RESULTS, Report
from benchmarks.results import Result, read_results
from benchmarks.summary import PAGES, page_with_table, summary
from benchmarks.svg import Bar, BarPanel, Line, bar_chart, line_chart
from benchmarks.table import Row

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    """What the last whole runs found."""
    return read_results(RESULTS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_table_of_each_page_is_the_one_of_the_results(page: Path, results: dict[str, Result]) -> None:
    """No page has a number that its programs did not print: ``make bench-table`` would change nothing."""
    text = page.read_text(encoding="utf-8")
    assert text == page_with_table(text, summary(results))


def test_the_plots_are_those_of_the_results(results: dict[str, Result]) -> None:
    """No plot has a bar or point that no program printed: ``make bench-plots`` would change nothing."""
    for name, text in drawn(results):
        assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_plot_stands_on_each_page(page: Path) -> None:
    """Both pages show each plot, with words for those who do not see it, and each plot is there."""
    shown = re.findall(r"!\[[^\]]{20,}\]\((\S*benchmarks/([\w-]+)\.svg)\)", page.read_text(encoding="utf-8"))
    assert sorted(name for _, name in shown) == sorted(PLOTS)
    assert all((page.parent / path).is_file() for path, _ in shown)


def test_a_plot_is_read_by_screen_readers_and_fetches_nothing(results: dict[str, Result]) -> None:
    """Each plot has a title and a description, follows dark mode, and names no address to fetch from."""
    for name, text in drawn(results):
        root = ET.fromstring(text)  # noqa: S314
        title, description = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
        assert title, name
        assert description, name
        assert "prefers-color-scheme: dark" in text
        assert not re.search(r"href|<script|url\(|@import", text), name


def test_a_plot_can_be_read_on_a_telephone(results: dict[str, Result]) -> None:
    """In a page of 390 pixels, with margins of 16, no letter of a plot is less than nine pixels high."""
    for name, text in drawn(results):
        width = float(ET.fromstring(text).get("width", "nan"))  # noqa: S314
        sizes = [float(size) for size in re.findall(r"([\d.]+)px", text.partition("@media")[0]) if float(size) > 5]
        assert len(sizes) == 4, name
        assert min(sizes) * (390 - 2 * 16) / width >= 9, name


@pytest.mark.parametrize(("value", "kind"), [(0.97, "inside"), (0.01, "small")])
def test_a_number_stands_in_its_bar_or_beside_one_that_is_too_short(value: float, kind: str) -> None:
    """The line of the best possible rate goes through no number: a long bar, which hides it, holds its number."""
    panel = BarPanel("rate", [value], ["a number"], mark=1.0)
    root = ET.fromstring(bar_chart("Rates", "One", [Bar("c")], [panel]))  # noqa: S314
    (number,) = [text for text in root.iter(f"{SVG}text") if text.text == "a number"]
    (line,) = root.iter(f"{SVG}line")
    (bar,) = [bar for bar in root.iter(f"{SVG}rect") if bar.get("class") == "e"]
    end = float(bar.get("x", "nan")) + float(bar.get("width", "nan"))
    assert number.get("class") == kind
    assert (float(number.get("x", "nan")) < end) == (kind == "inside")
    assert float(line.get("x1", "nan")) > end


def test_what_a_program_reports_is_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows of a report are read from its file as they were shown, with the day and the machine."""
    rows = [Row("typed / raw", 1.07, goal=1.05, limit=1.15), Row("memory", 3.0, "MB")]
    report = Report("typed_call")
    report.show("Typed call", rows)
    report.write(tmp_path / "typed_call.json")
    assert "goal missed, within limit" in capsys.readouterr().out
    result = read_results(tmp_path)["typed_call"]
    assert result.tables == [("Typed call", rows)]
    assert result.versions["Python"]
    assert result.machine["cpus"]


def test_a_line_without_rows_is_an_error(tmp_path: Path) -> None:
    """A row that a program no longer prints makes the table fail, so a line cannot stay empty or old."""
    report = Report("import_time")
    report.show("Importing", [Row("aiohttp again / aiohttp (control)", 1.0)])
    report.write(tmp_path / "import_time.json")
    with pytest.raises(LookupError, match="import_time has no row"):
        summary(read_results(tmp_path))


def test_bars_are_as_long_as_their_values() -> None:
    """A bar of half the value is half as long, and a label's signs cannot become markup."""
    panel = BarPanel("rate", [1.0, 0.5], ["1", "0.5"])
    root = ET.fromstring(bar_chart("Rates", "Two", [Bar("<a> & b"), Bar("c")], [panel]))  # noqa: S314
    whole, half = (float(bar.get("width", "nan")) for bar in root.iter(f"{SVG}rect") if bar.get("class") == "e")
    assert half == pytest.approx(whole / 2, abs=0.1)
    assert "<a> & b" in [text.text for text in root.iter(f"{SVG}text")]


def test_points_lie_on_logarithmic_axes() -> None:
    """Ten times the value is as far from one point to the next, on both axes."""
    line = Line("a line", [(10, 1.0), (100, 0.1), (1000, 0.01)], "a")
    root = ET.fromstring(line_chart("Calls", "Three", ("rows", "calls"), [line]))  # noqa: S314
    points = [(float(at.get("cx", "nan")), float(at.get("cy", "nan"))) for at in root.iter(f"{SVG}circle")]
    (first, top), (second, middle), (third, bottom) = points
    assert second - first == pytest.approx(third - second, abs=0.5)
    assert middle - top == pytest.approx(bottom - middle, abs=0.5)
