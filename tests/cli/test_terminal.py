"""Terminal: colours where one shows them, tables that fit it, and neither in a pipe."""

from __future__ import annotations

import json

import pytest

from tests.cli.served import Served
from tests.cli.terminal import cells_of, run_on_terminal

SHOWN = """
import sys
from rich.text import Text
from asyncsdk.cli.output.style import Style
from asyncsdk.cli.output.terminal import Terminal

Terminal(json="--json" in sys.argv).print_line(Text("kept \\x1b[2J", style=Style.GOOD.value))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, "\x1b[32mkept \ufffd[2J\x1b[0m\n"),
        ({"NO_COLOR": "1"}, "kept \ufffd[2J\n"),
        ({"TERM": "dumb"}, "kept \ufffd[2J\n"),
    ],
)
def test_colours_are_for_terminals_that_have_them(environment: dict[str, str], shown: str) -> None:
    """NO_COLOR and a terminal that has none are heeded; what comes from elsewhere cannot steer it."""
    ended = run_on_terminal(program=("-c", SHOWN), environment=environment)
    assert (ended.code, ended.out) == (0, shown), ended.err


@pytest.mark.slow
def test_json_has_no_colours() -> None:
    """With ``--json`` a line of the result goes to stderr, as it is."""
    ended = run_on_terminal("--json", program=("-c", SHOWN))
    assert (ended.out, ended.err) == ("", "kept \ufffd[2J\n")


@pytest.mark.slow
def test_a_table_fits_the_terminal(environment: Served) -> None:
    """What is cut is said; ``--json`` has all of it on a terminal, too."""
    name = "太极传媒有限公司 " * 9
    list_id = environment.ask(lambda server: server.add_list(name, ["Email"]))
    lines = run_on_terminal("lists", columns=60).out.splitlines()
    assert any(line.startswith(list_id) and line.endswith("…") for line in lines)
    assert max(map(cells_of, lines)) <= 60
    assert lines[-1] == "Some texts are cut to the terminal's width; --json has all."
    assert name in [each["name"] for each in json.loads(run_on_terminal("lists", "--json", columns=60).out)]


@pytest.mark.slow
def test_a_table_with_too_many_columns_becomes_blocks(environment: Served) -> None:
    """On a narrow terminal each row is told below the other, and nothing is cut."""
    name = "A list of a name that is long"
    list_id = environment.ask(lambda server: server.add_list(name, ["Email"]))
    shown = run_on_terminal("lists", columns=36).out
    assert f"\nID:       {list_id}\n" in f"\n{shown}"
    assert f"\nNAME:     {name}\n" in shown
