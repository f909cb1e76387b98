"""``upsert``: each row has one outcome, the counts add up, and what was rejected can be fed back."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from pathlib import Path

import pytest

from asyncsdk.cli.run_report import calls_made
from asyncsdk.emulator import Cut, Emulator, Reply

from .conftest import Run
from .served import Served

HEADINGS = ("E-mail Address", "First Name", "Company")
OUTCOMES = ("created", "updated", "merged", "rejected", "failed", "unknown")


def rows_file(path: Path, emails: list[str]) -> Path:
    """A file of addresses and names."""
    lines = [f"{email},Name {number}\n" for number, email in enumerate(emails, 1)]
    path.write_text("E-mail Address,First Name\n" + "".join(lines))
    return path


@pytest.mark.parametrize("via", ["records", "upload"])
def test_rows_arrive_unchanged(run: Run, environment: Served, contacts: Path, via: str) -> None:
    """Every letter, quote and comma comes through either way; rows without a usable address are not sent."""
    list_id = environment.new_list(*HEADINGS)
    ended = run("upsert", list_id, contacts, "--via", via)
    assert ended.code == 1
    assert ended.out.splitlines()[:3] == [
        "5 rows: 3 created, 0 updated, 0 merged, 2 rejected, 0 failed, 0 unknown.",
        "  1 rejected: no address (line 3)",
        "  1 rejected: impossible address (line 5)",
    ]
    assert sorted(environment.ask(lambda server: server.rows(list_id))) == [
        ["ada@example.com", "Ada", 'Babbage, Lovelace "& Co"'],
        ["bob+news@example.com", "Bob", ""],
        ["zoë@example.com", "Zoë", "太极传媒有限公司"],
    ]
    assert [each.name for each in contacts.parent.iterdir()] == ["contacts.csv"]


def test_a_part_of_the_calls_a_second(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands that run side by side share Act-On's 5 calls a second as the environment says."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", [f"p{each}@example.com" for each in range(1000)])
    plan = ("upsert", list_id, path, "--plan", "--via", "records", "--json")
    whole = run(*plan).value["seconds"]
    monkeypatch.setenv("ACTON_CALLS_PER_SECOND", "2")
    assert run(*plan).value["seconds"] == pytest.approx(whole * 2.5, rel=0.02)
    for wrong in ("0", "2.5", "all"):
        monkeypatch.setenv("ACTON_CALLS_PER_SECOND", wrong)
        run("lists").complains(2, f"ACTON_CALLS_PER_SECOND must be a whole number, at least 1, not '{wrong}'.")


def test_a_plan_writes_nothing(run: Run, environment: Served, contacts: Path) -> None:
    """It tells the way, the calls, the time and where each column goes; no row arrives, no file is left."""
    list_id = environment.new_list(*HEADINGS)
    ended = run("upsert", list_id, contacts, "--plan")
    assert ended.code == 0
    for words in (
        f"5 rows into {list_id}, by a call for each row",
        "calls",
        "time",
        "First Name     -> First Name",
    ):
        assert words in ended.out
    plan = run("upsert", list_id, contacts, "--plan", "--via", "upload", "--json").value
    assert (plan["via"], plan["rows"], plan["files"], plan["rejected"]) == ("upload", 5, 1, 2)
    assert environment.emails(list_id) == []
    assert [each.name for each in contacts.parent.iterdir()] == ["contacts.csv"]


def test_an_empty_cell_erases_nothing(run: Run, environment: Served, tmp_path: Path) -> None:
    """What the list holds stays where the file holds nothing."""
    list_id = environment.ask(
        lambda server: server.add_list("L", ["E-mail Address", "First Name"], [["ada@example.com", "Ada"]])
    )
    path = tmp_path / "a.csv"
    path.write_text("E-mail Address,First Name\nada@example.com,\n")
    assert run("upsert", list_id, path).code == 0
    assert environment.ask(lambda server: server.rows(list_id)) == [["ada@example.com", "Ada"]]


def test_rows_with_one_address_are_merged(run: Run, environment: Served, tmp_path: Path) -> None:
    """One record, with the last row's cells."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", ["ada@example.com", "ADA@example.com", "Ada@Example.com"])
    ended = run("upsert", list_id, path)
    assert ended.code == 0
    assert ended.out.startswith("3 rows: 1 created, 0 updated, 2 merged,")
    assert [row[1] for row in environment.ask(lambda server: server.rows(list_id))] == ["Name 3"]


def test_other_kinds_of_files(run: Run, environment: Served, tmp_path: Path) -> None:
    """JSON Lines, another encoding, another separator, and another name for the address."""
    list_id = environment.new_list("Email", "First Name")
    lines = tmp_path / "a.jsonl"
    lines.write_text(json.dumps({"Email": "ada@example.com", "First Name": "Ada"}) + "\n")
    assert run("upsert", list_id, lines).code == 0
    table = tmp_path / "b.csv"
    table.write_bytes("Contact;First Name\nzoë@example.com;Zoë\n".encode("latin-1"))
    how = ("--encoding", "latin-1", "--separator", ";")
    assert run("upsert", list_id, table, *how, "--key", "Contact").code == 0
    tabs = tmp_path / "c.csv"
    tabs.write_text("E-Mail\tFirst Name\nbob@example.com\tBob\n")
    assert run("upsert", list_id, tabs, "--separator", "tab").code == 0
    assert environment.emails(list_id) == ["ada@example.com", "zoë@example.com", "bob@example.com"]


def test_each_row_has_one_outcome(run: Run, environment: Served, tmp_path: Path) -> None:
    """A refusal, a lost answer and a bad row are told apart, with the reasons; no address shows."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", ["a@example.com", "nobody", "b@example.com", "c@example.com"])

    def script(server: Emulator) -> None:
        refusal = {"errorCode": 10008, "message": "Invalid contact a@example.com"}
        server.faults.add(Reply(400, refusal), on="contacts.upsert")
        server.faults.add(Cut("acted"), on="contacts.upsert", times=4)

    environment.ask(script)
    rejects = tmp_path / "rejects.csv"
    ended = run("upsert", list_id, path, "--rejects", rejects, "--json")
    value = ended.value
    assert ended.code == 1
    assert value["rows"] == 4 == sum(value[each] for each in OUTCOMES)
    assert (value["rejected"], value["failed"]) == (2, 0)
    assert {"reason": "impossible address", "count": 1, "first_rows": [2], "first_lines": [3]} in value[
        "rejected_because"
    ]
    assert "a@example.com" not in ended.out + ended.err
    kept = rejects.read_text().splitlines()
    assert len(kept) == 1 + value["rejected"]
    assert "nobody,Name 2" in kept


def test_rejects_can_be_fed_back(run: Run, environment: Served, contacts: Path, tmp_path: Path) -> None:
    """Put right in place, the file of rejected rows is a good input, marked as UTF-8 like the first."""
    list_id = environment.new_list(*HEADINGS)
    rejects = tmp_path / "rejects.csv"
    assert run("upsert", list_id, contacts, "--rejects", rejects).code == 1
    kept = rejects.read_bytes()
    assert kept.splitlines()[0] == BOM_UTF8 + b"E-mail Address,First Name,Company"
    rejects.write_bytes(kept.replace(b"x y@", b"xy@").replace(b",Nobody", b"nobody@example.com,Nobody"))
    again = tmp_path / "again.csv"
    assert run("upsert", list_id, rejects, "--rejects", again).code == 0
    assert len(environment.emails(list_id)) == 5
    assert again.read_bytes().splitlines() == [BOM_UTF8 + b"E-mail Address,First Name,Company"]
    assert run("upsert", list_id, again).code == 0


def test_what_the_list_was_told_costs_no_call(run: Run, environment: Served, tmp_path: Path) -> None:
    """With a state file, only what is new is sent."""
    list_id = environment.new_list("E-mail Address", "First Name")
    emails, state = ["a@example.com", "b@example.com"], tmp_path / "state"
    path = rows_file(tmp_path / "a.csv", emails)
    assert run("upsert", list_id, path, "--state", state, "--json").value["calls"] == 4
    rows_file(path, [*emails, "c@example.com"])
    value = run("upsert", list_id, path, "--state", state, "--json").value
    assert (value["calls"], value["created"], value["updated"], value["unchanged"]) == (3, 1, 2, 2)


def test_a_journal_that_was_named_is_kept(run: Run, environment: Served, tmp_path: Path) -> None:
    """The same run again then sends nothing, and gives the same counts; another input is refused."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path, journal = rows_file(tmp_path / "a.csv", ["a@example.com"]), tmp_path / "j"
    first = run("upsert", list_id, path, "--journal", journal, "--json")
    calls = environment.count("contacts.upsert")
    second = run("upsert", list_id, path, "--journal", journal, "--json")
    assert environment.count("contacts.upsert") == calls
    assert {**first.value, "calls": 0, "seconds": 0} == {**second.value, "calls": 0, "seconds": 0}
    assert (first.value["journal"], second.code) == (str(journal), 0)
    assert "nothing is sent again" in second.err
    rows_file(path, ["a@example.com", "b@example.com"])
    refused = run("upsert", list_id, path, "--journal", journal)
    assert refused.code == 2
    refused.complains(2, "belongs to another run")
    assert refused.err.endswith(f" To begin anew, delete {journal}.\n")
    assert environment.count("contacts.upsert") == calls


def test_one_call_is_one() -> None:
    """And more are more."""
    assert [calls_made(number) for number in (1, 2, 30_000)] == ["1 call", "2 calls", "30,000 calls"]


def test_a_server_that_hangs_up_is_not_asked_for_ever(run: Run, environment: Served, tmp_path: Path) -> None:
    """The rows that met it are unknown, never taken for saved."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", ["a@example.com"])
    environment.ask(lambda server: server.faults.add(Cut("acted"), on="contacts.upsert", times=10))
    ended = run("upsert", list_id, path)
    assert ended.code == 1
    assert "1 unknown." in ended.out
    assert "does no harm" in ended.out
