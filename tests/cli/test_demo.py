"""The demo on a small file; on the example it is the same, only longer."""

from __future__ import annotations

from pathlib import Path

import pytest

import asyncsdk
from asyncsdk.cli import demo
from asyncsdk.cli.address import problem_with
from asyncsdk.cli.sheet import open_sheet

from .conftest import Run


def test_the_demo_keeps_its_promises(run: Run, contacts: Path) -> None:
    """Every step is told, cells come back unchanged, no address shows, and the emulator refused nothing."""
    ended = run("demo", "--file", contacts, "--rows", "2")
    assert ended.code == 0
    for words in (
        "pending",
        "running",
        "3 appended, 0 updated, 0 failed, 2 rejected.",
        "no address",
        "2 saved in",
        "All done: 1 updated.",
        "3 contacts, 9 cells: 0 differ from the file.",
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
    sheet = open_sheet(demo.example_file())
    assert (sheet.rows, sheet.bom, sheet.email_heading) == (5000, True, "E-mail Address")
    assert sum(problem_with(sheet.email_in(row)) is not None for row in sheet.read()) == 132
