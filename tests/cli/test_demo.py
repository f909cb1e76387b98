"""The demo on a small file; on the example it is the same, only longer."""

from __future__ import annotations

from pathlib import Path

import pytest

import asyncsdk
from asyncsdk.bulk.address import problem_with
from asyncsdk.cli.demo_contacts import example_file
from asyncsdk.cli.sheet import open_sheet

from .conftest import Run


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


def test_without_the_source_tree_a_file_must_be_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed package has no example beside it."""
    monkeypatch.setattr(asyncsdk, "__file__", str(tmp_path / "site-packages" / "asyncsdk" / "__init__.py"))
    run("demo").complains(2, "--file")


def test_the_example_is_as_messy_as_it_is_said_to_be() -> None:
    """It comes with the source tree and is found by itself."""
    sheet = open_sheet(example_file())
    assert (sheet.rows, sheet.bom, sheet.email_heading) == (5000, True, "E-mail Address")
    assert sum(problem_with(sheet.email_in(row)) is not None for row in sheet.read()) == 132
