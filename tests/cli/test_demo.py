"""The demo on a small file; on the example it is the same, only longer."""

from __future__ import annotations

from pathlib import Path

import pytest

import asyncsdk
from asyncsdk.cli.commands.demo_contacts import EXAMPLE
from asyncsdk.cli.input.checked_file import open_checked_file
from asyncsdk.uploads.addresses import address_problem
from tests.cli.conftest import Run


@pytest.mark.slow
def test_the_demo_keeps_its_promises(run: Run, contacts: Path) -> None:
    """Every step is told, cells come back unchanged, no address shows, and the emulator refused nothing."""
    ended = run("demo", "--file", contacts, "--rows", "3")
    assert ended.code == 0
    for words in (
        "5 rows into l-0001, by a call for each row",
        "5 rows: 2 created, 1 updated, 0 merged, 2 rejected, 0 failed, 0 unknown.",
        "line 3: no address | Nobody | Nowhere",
        "line 5: impossible address | Blank | Within",
        "Interrupted, as by Ctrl-C",
        "3 rows: 3 created, 0 updated, 0 merged, 0 rejected, 0 failed, 0 unknown.",
        "Nothing was sent twice: the emulator counted 1 upload for both runs.",
        "6 contacts, 12 cells: 0 differ from what was sent, 0 contacts are missing, 0 too many.",
        "at most",
        "refused 0.",
    ):
        assert words in ended.out, words
    assert "@" not in ended.out


def test_the_example_is_a_part_of_the_package() -> None:
    """It is there wherever the command is, also without the source tree."""
    assert Path(asyncsdk.__file__).parent in EXAMPLE.parents


@pytest.mark.slow
def test_the_example_is_as_messy_as_it_is_said_to_be() -> None:
    """5,000 rows, of which 132 have no usable address."""
    sheet = open_checked_file(EXAMPLE)
    assert (sheet.rows, sheet.email_heading) == (5000, "E-mail Address")
    assert sum(address_problem(sheet.email_in(row)) is not None for row in sheet.read()) == 132
