"""Help of a call on one screen: the whole of it where that fits, else fewer lines of each argument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen
from cyclopts import App

from asyncsdk.cli.call.help import description, facts, summary
from asyncsdk.cli.output.description_list import description_list
from asyncsdk.routing.route import Route

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

__all__ = ["WHOLE_HELP", "print_help"]

WHOLE_HELP: Final = "--help-all"
"""The flag for all that is known of a call, on however many lines."""

LINES: Final = 40
"""Lines of a screen, one of which the next prompt takes."""

MOST: Final = 4
"""Lines of an argument at the most, where not all of them fit."""

UNBROKEN: Final = 10_000
"""Cells of a line that is broken later."""


def print_help(app: App, route: Route, *, whole: bool) -> None:
    """Print the help of a route.

    Args:
        app: the command of the route.
        route: the route.
        whole: all of it; by default what fits a screen.
    """
    pages = _pages(app, route)
    page = next(pages)
    while not whole and page.count("\n") >= LINES and (shorter := next(pages, "")):
        page = shorter
    print(page, end="")


def _pages(app: App, route: Route) -> Iterator[str]:
    """The whole help, and then ever shorter ones."""
    yield _rendered(app)
    app.help_epilogue = f"Whole help: asyncsdk call {route.name} {WHOLE_HELP}\n{facts(route, with_signature=False)}"
    for text in dict.fromkeys((description(route), summary(route))):
        app.help = text
        for most in range(MOST, 0, -1):
            app.help_formatter = _ShortHelp(most)
            yield _rendered(app)


def _rendered(app: App) -> str:
    from rich.console import Console

    console = Console()
    with console.capture() as shown:
        app.help_print([], console=console)
    return shown.get()


@frozen
class _ShortHelp:
    """Formatter for cyclopts without boxes.

    Args:
        most: lines of an argument at the most.
    """

    most: int

    def render_usage(self, console: Console, options: ConsoleOptions, usage: object) -> None:
        """Print how the call is written."""
        console.print(f"Usage: {_words(usage)}", markup=False, highlight=False, width=options.max_width)
        console.print()

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Print the arguments of a panel."""
        described = [(_label(each), _words_of(each)) for each in panel.entries]
        for line in description_list(described, options.max_width, most=self.most):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def _label(entry: HelpEntry) -> str:
    """The name of an argument: ``*`` before one that must be given, ``--[no-]`` where it can be denied."""
    name, *_ = entry.display_labels
    if f"--no-{name.removeprefix('--')}" in entry.negative_names:
        name = f"--[no-]{name.removeprefix('--')}"
    value = f" {entry.metavar}" if entry.metavar and not entry.positional_label else ""
    return f"{'*' if entry.required else ' '} {name}{value}"


def _words_of(entry: HelpEntry) -> str:
    default = "" if entry.default is None else f" [default: {entry.default}]"
    return f"{_words(entry.description)}{default}"


def _words(described: Any) -> str:
    from rich.console import Console

    console = Console(width=UNBROKEN, no_color=True)
    with console.capture() as shown:
        console.print(described or "", highlight=False)
    return shown.get().strip()
