"""Live screen: lines on a terminal that are drawn anew in place."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from asyncsdk.cli.output.printable import printable

if TYPE_CHECKING:
    from rich.live import Live

__all__ = ["LiveScreen", "live_screen"]

HOW_TO_END: Final = "Ctrl-C ends it."


class LiveScreen:
    """Lines that are drawn in place of the last ones.

    Args:
        live: what draws.
    """

    def __init__(self, live: Live) -> None:
        self._live = live

    @property
    def height(self) -> int:
        """Lines that there is room for, above the one that says how to end it."""
        return self._live.console.height - 1

    @property
    def width(self) -> int:
        """Cells of a line."""
        return self._live.console.width

    def show(self, lines: Iterable[str]) -> None:
        """Draw these lines, broken where the screen ends; what there is no room for below is cut off."""
        from rich.text import Text

        text = Text("\n".join(printable(line) for line in [*lines, HOW_TO_END]), overflow="fold")
        self._live.update(text, refresh=True)


@contextmanager
def live_screen() -> Generator[LiveScreen]:
    """A screen on stdout; what was drawn last stays."""
    from rich.console import Console
    from rich.live import Live

    console = Console(file=sys.stdout, highlight=False)
    with Live(console=console, auto_refresh=False, redirect_stdout=False, vertical_overflow="crop") as live:
        yield LiveScreen(live)
