"""Tables: fitted to a width in cells, cut between letters as people see them, and whole in a pipe."""

from __future__ import annotations

import tracemalloc
from unicodedata import combining, east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.cli.output.cells import cut, width_of
from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.style import Style, Styled, styled_text
from asyncsdk.cli.output.table import CUT_NOTE, format_table

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WAVE = "\U0001f44b\U0001f3fd"
FLAG = "\U0001f1e9\U0001f1ea"
ACCENTED = "e\u0301"

LETTERS = st.sampled_from(["a", "Z", " ", "太", "ガ", "한", "é", ACCENTED, FAMILY, WAVE, FLAG, "न", "\u0301"])
TEXTS = st.lists(LETTERS, max_size=60).map("".join)
TABLES = st.integers(1, 9).flatmap(
    lambda columns: st.tuples(
        st.lists(st.text("abcdefgh", min_size=1, max_size=14), min_size=columns, max_size=columns, unique=True),
        st.lists(st.lists(TEXTS, min_size=columns, max_size=columns), max_size=4),
    )
)


def cells_of(text: str) -> int:
    """Cells that plain and Chinese letters take, counted without the code that is tested."""
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Ada Lovelace", 12, "Ada Lovelace"),
        ("Ada Lovelace", 6, "Ada L…"),
        ("太极传媒有限公司", 16, "太极传媒有限公司"),
        ("太极传媒有限公司", 6, "太极…"),
        (ACCENTED * 4, 4, ACCENTED * 4),
        (ACCENTED * 4, 3, f"{ACCENTED * 2}…"),
        (FAMILY * 3, 4, f"{FAMILY}…"),
        (WAVE * 3, 3, f"{WAVE}…"),
        (FLAG * 3, 4, f"{FLAG}…"),
        ("太", 1, "…"),
    ],
)
def test_a_text_is_cut_between_letters(text: str, width: int, shown: str) -> None:
    """Never within a wide letter, before an accent, or inside an emoji of several characters."""
    assert cut(text, width) == shown


@pytest.mark.slow
@pytest.mark.parametrize("letter", ["a", "太", ACCENTED, FAMILY])
def test_of_a_long_text_only_the_beginning_is_split(letter: str) -> None:
    """A cell that holds a whole file takes no memory for letters that nobody sees."""
    text = letter * 50_000
    cut(letter * 100, 20)  # what is imported or kept at first is not counted
    tracemalloc.start()
    try:
        shown = cut(text, 20)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert shown == cut(letter * 100, 20)
    assert most < 1_000_000


@given(TEXTS, TEXTS, st.integers(1, 30))
def test_what_follows_far_behind_changes_no_cut(text: str, rest: str, width: int) -> None:
    """The beginning is cut as where the text is split whole, as for a cut in its middle."""
    shown = cut(f"{text}{'x' * 400}{rest}", width)
    assert shown == cut(f"{text}{'x' * 400}{rest}", 2 * width - 1, middle=True)[: len(shown)]


def test_a_name_is_cut_in_its_middle() -> None:
    """Names that differ at their ends can be told apart."""
    assert cut("0191b230ba598df0-051d13b61d13319f.intake", 17, middle=True) == "0191b230…f.intake"


@pytest.mark.slow
@given(text=TEXTS, width=st.integers(1, 40), middle=st.booleans())
def test_no_text_is_wider_than_its_place(text: str, width: int, middle: bool) -> None:
    """And what is shown is the text's own beginning, and its end where the middle is left out."""
    shown = cut(text, width, middle=middle)
    assert width_of(shown) <= width
    begin, ellipsis, end = shown.partition("…")
    if ellipsis:
        assert text.startswith(begin)
        assert text.endswith(end)
        assert width_of(text) > width
    else:
        assert shown == text


@pytest.mark.slow
@given(table=TABLES, width=st.integers(20, 120))
def test_a_table_fits(table: tuple[list[str], list[list[str]]], width: int) -> None:
    """No line of a table is wider than the terminal; one that has too many columns becomes blocks, uncut."""
    headings, rows = table
    fitted = format_table(headings, rows, width=width)
    if fitted.folded:
        assert all(cell.strip() in "\n".join(fitted.lines) for row in rows for cell in row)
    else:
        assert all(width_of(line) <= width for line in fitted.lines)
    assert (fitted.printed[-1:] == [CUT_NOTE]) == fitted.cut


@pytest.mark.slow
@given(table=TABLES)
def test_a_pipe_gets_the_whole_table(table: tuple[list[str], list[list[str]]]) -> None:
    """Without a width every text is there, and nothing says that one is cut."""
    headings, rows = table
    whole = format_table(headings, rows)
    assert not whole.cut
    assert whole.printed == whole.lines
    assert len(whole.lines) == len(rows) + 1
    for line, row in zip(whole.lines[1:], rows, strict=True):
        assert all(printable(cell).rstrip() in line for cell in row)


def test_numbers_are_never_cut() -> None:
    """The widest text gives way, and columns of numbers stand to the right."""
    rows = [("太极传媒有限公司 and its friends", "1,234,567"), ("Ada", "5")]
    lines = format_table(("name", "records"), rows, width=24, numbers=("records",)).printed
    assert lines == [
        f"name{'records':>20}",
        f"太极传媒有限…{'1,234,567':>11}",
        f"Ada{'5':>21}",
        CUT_NOTE,
    ]
    assert {cells_of(line) for line in lines[1:3]} == {24}


def test_a_styled_cell_is_measured_by_its_text() -> None:
    """Styles take no room; without them the lines are the same."""
    table = format_table(
        ("step", "kept"), [("upsert", Styled("yes", Style.GOOD)), ("limits", Styled("no", Style.BAD))]
    )
    styled = [styled_text(line) for line in table.pieces]
    assert [line.plain for line in styled] == table.lines == ["step    kept", "upsert  yes", "limits  no"]
    assert any(span.style == Style.GOOD.value for span in styled[1].spans)


def test_control_characters_are_made_harmless() -> None:
    """In cells as well; what joins the parts of an emoji stays."""
    assert format_table(("a",), [("x\x1b[2Jy\n",)]).lines[1] == "x\ufffd[2Jy\ufffd"
    assert printable(FAMILY) == FAMILY
