"""``download``: a list in a file that is there as a whole, or not at all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from asyncsdk.emulator import Cut
from tests.cli.conftest import Run
from tests.cli.served import Served

ROWS = [["ada@example.com", "Ada"], ["zoë@example.com", 'Zoë, "Z"\nof the sea']]


def filled(environment: Served) -> str:
    """A list with two records."""
    return environment.ask(lambda server: server.add_list("Contacts", ["Email", "First Name"], ROWS))


@pytest.mark.slow
def test_a_list_as_csv(run: Run, environment: Served, tmp_path: Path) -> None:
    """Every cell comes through, and upsert takes the file back; the summary tells how much it was."""
    list_id, path = filled(environment), tmp_path / "out.csv"
    ended = run("download", list_id, path)
    assert ended.code == 0
    assert ended.out.startswith("2 records, ")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = [[row["Email"], row["First Name"]] for row in csv.DictReader(file)]
    assert found == ROWS
    assert run("upsert", list_id, path).out.startswith("2 rows: 0 created, 2 updated,")
    assert run("upsert", list_id, path, "--plan", "--emulator").out.endswith(
        "_contact_id_ is left out: it is Act-On's own\n"
    )
    value = run("download", list_id, path, "--force", "--json").value
    assert (value["rows"], value["bytes"], value["file"]) == (2, path.stat().st_size, str(path))


@pytest.mark.slow
def test_a_list_as_json_lines(run: Run, environment: Served, tmp_path: Path) -> None:
    """One object for each record, which upsert takes back as it is."""
    list_id, path = filled(environment), tmp_path / "out.jsonl"
    assert run("download", list_id, path, "--json").value["bytes"] == path.stat().st_size
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [[each["Email"], each["First Name"]] for each in found] == ROWS
    assert [next(iter(each)) for each in found] == ["_contact_id_"] * 2
    assert len({each["_contact_id_"] for each in found}) == 2
    assert run("upsert", list_id, path).out.startswith("2 rows: 0 created, 2 updated,")


def test_fields_and_times(run: Run, environment: Served, tmp_path: Path) -> None:
    """Only the columns that were named, and only what changed since; a time without a zone is refused."""
    list_id, path = filled(environment), tmp_path / "out.jsonl"
    assert run("download", list_id, path, "--fields", "First Name").code == 0
    assert [set(json.loads(line)) for line in path.read_text().splitlines()] == [{"First Name"}] * 2
    assert run("download", list_id, path, "--force", "--modified-after", "2999-01-01T00:00:00Z").code == 0
    assert path.read_text() == ""
    told = run("download", list_id, path, "--force", "--modified-after", "2026-01-01")
    told.complains(2, "Invalid value for --modified-after: a date alone says no zone")


def test_a_file_that_is_there_is_kept(run: Run, environment: Served, tmp_path: Path) -> None:
    """It is replaced only with --force; nothing is asked before that is known."""
    list_id, path = filled(environment), tmp_path / "out.csv"
    path.write_text("mine")
    calls = environment.server.calls.total
    run("download", list_id, path).complains(2, "is there already; --force replaces it.")
    run("download", list_id, tmp_path).complains(2, "is a directory")
    run("download", list_id, tmp_path / "no" / "out.csv").complains(2, "there is no folder")
    assert (environment.server.calls.total, path.read_text()) == (calls, "mine")


def test_a_download_that_fails_leaves_nothing(run: Run, environment: Served, tmp_path: Path) -> None:
    """What was there before stays, and no part of a file."""
    run("download", "l-9999", tmp_path / "out.csv").complains(4, "")
    list_id, path = filled(environment), tmp_path / "out.csv"
    path.write_text("mine")
    environment.ask(lambda server: server.faults.add(Cut("midway"), on="lists.download*", times=100))
    assert run("download", list_id, path, "--force").code == 5
    assert path.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_a_download_from_an_emulator(run: Run, tmp_path: Path) -> None:
    """Without an account there is one record to try it with."""
    assert run("download", "l-0001", tmp_path / "out.csv", "--emulator", "--json").value["rows"] == 1
