"""The demo on a small file; on the example it is the same, only longer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import asyncsdk
from asyncsdk.cli.commands.demo_contacts import EXAMPLE
from asyncsdk.cli.input.checked_file import open_checked_file
from asyncsdk.uploads.addresses import address_problem
from tests.cli.conftest import Run
from tests.cli.terminal import cells_of, run_on_terminal

STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.slow
def test_the_demo_keeps_its_promises(run: Run, contacts: Path) -> None:
    """Every step is told with its details, cells come back unchanged, no address shows, and nothing was refused."""
    ended = run("demo", "--file", contacts, "--rows", "3", "--verbose")
    assert ended.code == 0
    for words in (
        "5 rows into l-0001, by a call for each row",
        "5 rows: 2 created, 1 updated, 0 merged, 2 rejected, 0 failed, 0 unknown.",
        "line 3: no address: Nobody | Nowhere",
        "line 5: impossible address: Blank | Within",
        "Interrupted, as by Ctrl-C",
        "3 rows: 3 created, 0 updated, 0 merged, 0 rejected, 0 failed, 0 unknown.",
        "the server counts 1 upload",
        "12 cells, 0 differ",
        "0 contacts are missing, 0 too many.",
        "Every promise was kept: 8 rows",
    ):
        assert words in ended.out, words
    assert "@" not in ended.out
    assert "\x1b" not in ended.out


@pytest.mark.slow
def test_the_demo_is_read_in_one_screen(contacts: Path) -> None:
    """On a terminal of 80 by 40 all of it can be seen, the command and the next prompt too; it has colours."""
    accented, party = "e\u0301" * 90, "\U0001f389" * 40
    rejected = [f"x y@example.com,{'太极传媒有限公司' * 9},{accented}", f",{party},Nowhere"]
    rows = ["E-mail Address,First Name,Company", "ada@example.com,Ada,Babbage", *rejected]
    contacts.write_text("\n".join(rows), encoding="utf-8")
    ended = run_on_terminal("demo", "--file", str(contacts), "--rows", "3", columns=80, lines=40)
    assert ended.code == 0
    assert "\x1b[32m" in ended.out
    lines = STYLE.sub("", ended.out).splitlines()
    assert len(lines) <= 38
    assert max(map(cells_of, lines)) <= 80
    assert "Every promise was kept" in ended.out
    assert "…" in ended.out


def test_the_example_is_a_part_of_the_package() -> None:
    """It is there wherever the command is, also without the source tree."""
    assert Path(asyncsdk.__file__).parent in EXAMPLE.parents


@pytest.mark.slow
def test_the_example_is_as_messy_as_it_is_said_to_be() -> None:
    """5,000 rows, of which 132 have no usable address."""
    sheet = open_checked_file(EXAMPLE)
    assert (sheet.rows, sheet.email_heading) == (5000, "E-mail Address")
    assert sum(address_problem(sheet.email_in(row)) is not None for row in sheet.read()) == 132
