"""Screen of the demo: each step in a small table, what it proves, and in the end the figures that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from attrs import frozen

from asyncsdk.cli.output.style import Style, Styled, styled_text
from asyncsdk.cli.output.table import Cell, format_table
from asyncsdk.cli.output.terminal import Terminal

__all__ = ["DemoScreen", "Promise"]

MARGIN: Final = " " * 9
"""Before what a step shows: the column of the times is as wide."""


@frozen
class Promise:
    """Promise of the library, and what the demo saw of it.

    Args:
        promise: what is promised.
        seen: what was seen, in figures.
        kept: whether it was kept.
    """

    promise: str
    seen: str
    kept: bool


class DemoScreen:
    """Prints the steps of the demo as they are done.

    Args:
        terminal: the output.
        elapsed: tells the seconds since the demo began.
        verbose: whether details are printed.
    """

    def __init__(self, terminal: Terminal, elapsed: Callable[[], float], *, verbose: bool) -> None:
        self._terminal = terminal
        self._elapsed = elapsed
        self._verbose = verbose

    def opening(self, headline: str, more: str) -> None:
        """Print what the demo is about."""
        self._print(Styled(headline, Style.STRONG))
        self._print(more)

    def step(self, title: str, command: str = "") -> None:
        """Print the title of a step, and the command that does the same."""
        self._terminal.print_line("")
        after: tuple[Cell, ...] = ("  ", Styled(command, Style.DIM)) if command else ()
        self._print(Styled(f"{self._elapsed():5.1f} s  ", Style.DIM), Styled(title, Style.STRONG), *after)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[Cell]], numbers: Sequence[str] = ()) -> None:
        """Print a small table; what does not fit is cut."""
        width = self._terminal.width
        room = None if width is None else width - len(MARGIN)
        for line in format_table(headings, rows, width=room, numbers=numbers).pieces:
            self._print(MARGIN, *line)

    def tell(self, line: str) -> None:
        """Print a line of a step."""
        self._print(MARGIN, line)

    def details(self, lines: Iterable[str]) -> None:
        """Print lines that are for ``--verbose`` only."""
        if self._verbose:
            for line in lines:
                self.tell(line)

    def promises(self, promises: Sequence[Promise]) -> None:
        """Print what was promised, and whether it was kept."""
        yes, no = Styled("yes", Style.GOOD), Styled("NO", Style.BAD)
        self.table(
            ("promise", "seen", "kept"), [(each.promise, each.seen, yes if each.kept else no) for each in promises]
        )

    def closing(self, headline: str, *, good: bool) -> None:
        """Print the figures that matter, and how to see more."""
        self._terminal.print_line("")
        self._print(Styled(headline, Style.GOOD if good else Style.BAD))
        if not self._verbose:
            self._print("Details: --verbose. With your own file: asyncsdk demo --file FILE")

    def _print(self, *pieces: Cell) -> None:
        self._terminal.print_line(styled_text(pieces))
