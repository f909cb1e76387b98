"""A small writer of SVG charts: horizontal bars in panels, and lines with logarithmic axes.

Every chart has a title and a description for screen readers, and colours for light and dark by the reader's
preference. Nothing in it is fetched, and no script runs. All of it is so narrow that it can be read on a telephone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import log10
from textwrap import wrap
from typing import Final, TypeAlias

from attrs import frozen

__all__ = ["Bar", "BarPanel", "Line", "bar_chart", "line_chart"]

WIDTH: Final = 500
MARGIN: Final = 16
CHARACTER: Final = 7.0
"""Width of a letter, about."""
TITLE_CHARACTER: Final = 9.6
"""The same in the title."""
LINE: Final = 18
"""Height of a line of text."""
ROW: Final = 48
"""Height of a row of bars: its label, and the bars under it."""

STYLE: Final = """
text { font: 14px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 16px }
.small { font-size: 13px; fill: #57606a; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
.inside { font-size: 13px; fill: #ffffff }
.axis { stroke: #8c959f } .grid { stroke: #d8dee4 }
.back { fill: #ffffff }
.a { fill: #0969da } .b { fill: #bc4c00 } .c { fill: #1a7f37 } .d { fill: #8250df } .e { fill: #6e7781 }
.line { fill: none; stroke-width: 2.5 }
.line.a { stroke: #0969da } .line.b { stroke: #bc4c00 } .line.c { stroke: #1a7f37 } .line.d { stroke: #8250df }
.line.e { stroke: #6e7781 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1; stroke: #0d1117 } .inside { fill: #0d1117 }
.axis { stroke: #6e7681 } .grid { stroke: #30363d }
.back { fill: #0d1117 }
.a { fill: #4493f8 } .b { fill: #f0883e } .c { fill: #3fb950 } .d { fill: #ab7df8 } .e { fill: #9198a1 }
.line { fill: none }
.line.a { stroke: #4493f8 } .line.b { stroke: #f0883e } .line.c { stroke: #3fb950 } .line.d { stroke: #ab7df8 }
.line.e { stroke: #9198a1 }
}
"""

Scale: TypeAlias = Callable[[float], float]


@frozen
class BarPanel:
    """One quantity of all bars: a column of the chart."""

    title: str
    values: Sequence[float]
    texts: Sequence[str]
    """What stands in each bar, or beside it where that is too short."""

    mark: float | None = None
    """Where a thin line stands behind all bars: what cannot be passed, or 1 of a ratio."""

    logarithmic: bool = False


@frozen
class Bar:
    """What the bar of one row is called, and how it is coloured: ``a`` to ``e``."""

    label: str
    colour: str = "e"


@frozen
class Line:
    """A line of a chart, with its name under it."""

    label: str
    points: Sequence[tuple[float, float]]
    colour: str


def bar_chart(title: str, description: str, bars: Sequence[Bar], panels: Sequence[BarPanel]) -> str:
    """Rows of bars, one in each panel, under the row's label."""
    column = (WIDTH - MARGIN) / len(panels)
    titles = [_wrapped(panel.title, column - MARGIN, CHARACTER) for panel in panels]
    drawn, heading = _heading(title)
    top = heading + LINE * max(map(len, titles)) + 4
    drawn += [_text(MARGIN, top + ROW * row + 20, bar.label) for row, bar in enumerate(bars)]
    for number, (panel, lines) in enumerate(zip(panels, titles, strict=True)):
        left = MARGIN + number * column
        above = top - 4 - LINE * len(lines)
        drawn += [_text(left, above + LINE * line + 12, each, "small") for line, each in enumerate(lines)]
        drawn += _panel(panel, bars, left, top, column - MARGIN)
    return _document(title, description, top + ROW * len(bars) + MARGIN, drawn)


def _panel(panel: BarPanel, bars: Sequence[Bar], left: float, top: float, room: float) -> list[str]:
    most = max(*panel.values, panel.mark or 0.0)
    full = room / (log10(1 + most) if panel.logarithmic else most or 1.0)

    def length(value: float) -> float:
        return max(1.0, full * (log10(1 + value) if panel.logarithmic else value))

    drawn: list[str] = []
    for row, (bar, value, text) in enumerate(zip(bars, panel.values, panel.texts, strict=True)):
        high, long = top + ROW * row + 26, length(value)
        if panel.mark is not None:
            place = left + length(panel.mark)
            drawn.append(_tag("line", x1=place, x2=place, y1=high - 3, y2=high + 23, **{"class": "axis"}))
        drawn.append(_tag("rect", x=left, y=high, width=long, height=20, **{"class": bar.colour}))
        if long > len(text) * CHARACTER + 10:
            drawn.append(_text(left + long - 6, high + 15, text, "inside", anchor="end"))
        else:
            drawn.append(_text(left + long + 6, high + 15, text, "small"))
    return drawn


def line_chart(title: str, description: str, axes: tuple[str, str], lines: Sequence[Line]) -> str:
    """Lines in a square of logarithmic axes, which begin and end at powers of ten; the highest is named first."""
    drawn, heading = _heading(title)
    left, right, top, bottom = 76.0, WIDTH - 42.0, heading + 26.0, heading + 306.0
    across = _axis([x for line in lines for x, _ in line.points])
    up = _axis([y for line in lines for _, y in line.points])
    x, y = _scale(across, left, right), _scale(up, bottom, top)
    drawn += [_text(MARGIN, heading + 12, axes[1], "small")]
    drawn.append(_text(right, bottom + 40, axes[0], "small", anchor="end"))
    for power in range(across[0], across[1] + 1):
        drawn.append(_tag("line", x1=x(10**power), x2=x(10**power), y1=top, y2=bottom, **{"class": "grid"}))
        drawn.append(_text(x(10**power), bottom + 20, f"{10**power:,}", "small", anchor="middle"))
    for power in range(up[0], up[1] + 1):
        drawn.append(_tag("line", x1=left, x2=right, y1=y(10.0**power), y2=y(10.0**power), **{"class": "grid"}))
        shown = f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"
        drawn.append(_text(left - 8, y(10.0**power) + 4, shown, "small", anchor="end"))
    for number, line in enumerate(sorted(lines, key=lambda line: -line.points[-1][1])):
        path = " ".join(f"{x(across_):.1f},{y(up_):.1f}" for across_, up_ in line.points)
        drawn.append(_tag("polyline", points=path, **{"class": f"line {line.colour}"}))
        drawn += [_tag("circle", cx=x(a), cy=y(b), r=3.5, **{"class": line.colour}) for a, b in line.points]
        drawn += _named(line, bottom + 60 + 22 * number)
    return _document(title, description, bottom + 60 + 22 * len(lines), drawn)


def _named(line: Line, height: float) -> list[str]:
    """The line's colour and name."""
    patch = _tag("rect", x=MARGIN, y=height - 11, width=12, height=12, **{"class": line.colour})
    return [patch, _text(MARGIN + 20, height, line.label)]


def _heading(title: str) -> tuple[list[str], float]:
    """The title, in as many lines as it takes, and where the chart may begin."""
    lines = _wrapped(title, WIDTH - 2 * MARGIN, TITLE_CHARACTER)
    return [_text(MARGIN, 26 + 20 * row, line, "title") for row, line in enumerate(lines)], 26 + 20 * len(lines)


def _wrapped(text: str, room: float, character: float) -> list[str]:
    return wrap(text, int(room / character))


def _axis(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around the values, which are above zero."""
    low, high = log10(min(values)), log10(max(values))
    first = int(low // 1)
    return first, max(first + 1, int(-(-high // 1)))


def _scale(powers: tuple[int, int], begin: float, end: float) -> Scale:
    return lambda value: begin + (end - begin) * (log10(value) - powers[0]) / (powers[1] - powers[0])


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return _tag("text", escape(text), x=x, y=y, **{"text-anchor": anchor, "class": kind})


def _tag(name: str, inside: str = "", /, **attributes: str | float) -> str:
    told = "".join(
        f' {key}="{value if isinstance(value, str) else format(value, ".4g")}"' for key, value in attributes.items()
    )
    return f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>"


def _document(title: str, description: str, height: float, drawn: Sequence[str]) -> str:
    begin = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'height="{height:g}" role="img" aria-labelledby="title desc">'
    )
    told = f'<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(description)}</desc>'
    back = f'<rect class="back" width="{WIDTH}" height="{height:g}" rx="6"/>'
    return "\n".join([begin, told, f"<style>{STYLE}</style>", back, *drawn, "</svg>\n"])
