"""A small writer of SVG charts: horizontal bars in panels, and lines with logarithmic axes.

Every chart has a title and a description for screen readers, and colours for light and dark by the reader's
preference. Nothing in it is fetched, and no script runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import log10
from typing import Final, TypeAlias

from attrs import frozen

__all__ = ["Bar", "BarPanel", "Line", "bar_chart", "line_chart"]

WIDTH: Final = 760
CHARACTER: Final = 6.6
"""Width of a letter, about."""

STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px }
.small { font-size: 12px; fill: #57606a; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
.axis { stroke: #8c959f } .grid { stroke: #d8dee4 }
.back { fill: #ffffff }
.a { fill: #0969da } .b { fill: #bc4c00 } .c { fill: #1a7f37 } .d { fill: #8250df } .e { fill: #6e7781 }
.line { fill: none; stroke-width: 2.5 }
.line.a { stroke: #0969da } .line.b { stroke: #bc4c00 } .line.c { stroke: #1a7f37 } .line.d { stroke: #8250df }
.line.e { stroke: #6e7781 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1; stroke: #0d1117 }
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
    """What stands at the end of each bar."""

    mark: float | None = None
    """Where a thin line stands in all bars: what cannot be passed, or 1 of a ratio."""

    logarithmic: bool = False


@frozen
class Bar:
    """What the bar of one row is called, and how it is coloured: ``a`` to ``e``."""

    label: str
    colour: str = "e"


@frozen
class Line:
    """A line of a chart, with its name at its last point."""

    label: str
    points: Sequence[tuple[float, float]]
    colour: str


def bar_chart(title: str, description: str, bars: Sequence[Bar], panels: Sequence[BarPanel]) -> str:
    """Rows of bars, one in each panel."""
    left = 20 + max(len(bar.label) for bar in bars) * CHARACTER
    column = (WIDTH - left) / len(panels)
    height = 78 + 24 * len(bars)
    drawn = [_text(16, 26, title, "title")]
    drawn += [_text(left - 8, 82 + 24 * row, bar.label, anchor="end") for row, bar in enumerate(bars)]
    for number, panel in enumerate(panels):
        drawn += _panel(panel, bars, left + number * column, column)
    return _document(title, description, height, drawn)


def _panel(panel: BarPanel, bars: Sequence[Bar], left: float, width: float) -> list[str]:
    room = width - 14 - max(map(len, panel.texts)) * CHARACTER
    most = max(*panel.values, panel.mark or 0.0)
    full = room / (log10(1 + most) if panel.logarithmic else most or 1.0)
    bottom = 68 + 24 * len(bars)

    def length(value: float) -> float:
        return full * (log10(1 + value) if panel.logarithmic else value)

    drawn = [_text(left, 54, panel.title, "small")]
    if panel.mark is not None:
        place = left + length(panel.mark)
        drawn.append(_tag("line", x1=place, x2=place, y1=62, y2=bottom, **{"class": "axis"}))
    for row, (bar, value, text) in enumerate(zip(bars, panel.values, panel.texts, strict=True)):
        top = 68 + 24 * row
        drawn.append(_tag("rect", x=left, y=top, width=max(1.0, length(value)), height=18, **{"class": bar.colour}))
        drawn.append(_text(left + max(1.0, length(value)) + 6, top + 14, text, "small"))
    return drawn


def line_chart(title: str, description: str, axes: tuple[str, str], lines: Sequence[Line]) -> str:
    """Lines in a square of two logarithmic axes, which begin and end at powers of ten."""
    left, top, bottom = 64.0, 52.0, 330.0
    right = WIDTH - 24 - max(len(line.label) for line in lines) * CHARACTER
    across, up = (
        _axis([x for line in lines for x, _ in line.points]),
        _axis([y for line in lines for _, y in line.points]),
    )
    x, y = _scale(across, left, right), _scale(up, bottom, top)
    drawn = [_text(16, 26, title, "title"), _text(left, 44, axes[1], "small")]
    drawn.append(_text(right, bottom + 40, axes[0], "small", anchor="end"))
    for power in range(across[0], across[1] + 1):
        drawn.append(_tag("line", x1=x(10**power), x2=x(10**power), y1=top, y2=bottom, **{"class": "grid"}))
        drawn.append(_text(x(10**power), bottom + 20, f"{10**power:,}", "small", anchor="middle"))
    for power in range(up[0], up[1] + 1):
        drawn.append(_tag("line", x1=left, x2=right, y1=y(10.0**power), y2=y(10.0**power), **{"class": "grid"}))
        shown = f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"
        drawn.append(_text(left - 8, y(10.0**power) + 4, shown, "small", anchor="end"))
    for line, height in zip(lines, _apart([y(line.points[-1][1]) for line in lines]), strict=True):
        path = " ".join(f"{x(across_):.1f},{y(up_):.1f}" for across_, up_ in line.points)
        drawn.append(_tag("polyline", points=path, **{"class": f"line {line.colour}"}))
        drawn += [_tag("circle", cx=x(a), cy=y(b), r=3.5, **{"class": line.colour}) for a, b in line.points]
        drawn.append(_text(x(line.points[-1][0]) + 10, height + 4, line.label, line.colour))
    return _document(title, description, 388, drawn)


def _axis(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around the values, which are above zero."""
    low, high = log10(min(values)), log10(max(values))
    first = int(low // 1)
    return first, max(first + 1, int(-(-high // 1)))


def _scale(powers: tuple[int, int], begin: float, end: float) -> Scale:
    return lambda value: begin + (end - begin) * (log10(value) - powers[0]) / (powers[1] - powers[0])


def _apart(heights: Sequence[float]) -> list[float]:
    """The heights, moved down where two labels would stand on each other."""
    placed = [0.0] * len(heights)
    last = -100.0
    for index in sorted(range(len(heights)), key=heights.__getitem__):
        last = placed[index] = max(heights[index], last + 16)
    return placed


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
