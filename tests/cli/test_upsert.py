"""``upsert``: each row has one outcome, the counts add up, and what was rejected can be fed back."""

from __future__ import annotations

import json
import shlex
from codecs import BOM_UTF8
from pathlib import Path

import pytest

from asyncsdk.cli.output.counted import counted
from asyncsdk.emulator import Cut, Emulator, Pass, Reply
from tests.cli.conftest import Run
from tests.cli.served import Served

HEADINGS = ("E-mail Address", "First Name", "Company")
OUTCOMES = ("created", "updated", "merged", "rejected", "failed", "unknown")


def rows_file(path: Path, emails: list[str]) -> Path:
    """A file of addresses and names."""
    lines = [f"{email},Name {number}\n" for number, email in enumerate(emails, 1)]
    path.write_text("E-mail Address,First Name\n" + "".join(lines))
    return path


@pytest.mark.slow
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


@pytest.mark.slow
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
    monkeypatch.setenv("ACTON_CALLS_PER_SECOND", "0.5")
    assert run(*plan).value["seconds"] == pytest.approx(whole * 10, rel=0.02)
    for wrong in ("0", "-2", "nan", "inf", "1e400", "all"):
        monkeypatch.setenv("ACTON_CALLS_PER_SECOND", wrong)
        run("lists").complains(2, "ACTON_CALLS_PER_SECOND must be a number, at least 0.001, such as 2 or 0.5")


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_empty_cell_erases_nothing(run: Run, environment: Served, tmp_path: Path) -> None:
    """What the list holds stays where the file holds nothing."""
    list_id = environment.ask(
        lambda server: server.add_list("L", ["E-mail Address", "First Name"], [["ada@example.com", "Ada"]])
    )
    path = tmp_path / "a.csv"
    path.write_text("E-mail Address,First Name\nada@example.com,\n")
    assert run("upsert", list_id, path).code == 0
    assert environment.ask(lambda server: server.rows(list_id)) == [["ada@example.com", "Ada"]]


@pytest.mark.slow
def test_rows_with_one_address_are_merged(run: Run, environment: Served, tmp_path: Path) -> None:
    """One record, with the last row's cells."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", ["ada@example.com", "ADA@example.com", "Ada@Example.com"])
    ended = run("upsert", list_id, path)
    assert ended.code == 0
    assert ended.out.startswith("3 rows: 1 created, 0 updated, 2 merged,")
    assert [row[1] for row in environment.ask(lambda server: server.rows(list_id))] == ["Name 3"]


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
    """The same run again then sends nothing, and gives the same counts; other rows begin anew by themselves."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path, journal = rows_file(tmp_path / "a.csv", ["a@example.com"]), tmp_path / "j"
    first = run("upsert", list_id, path, "--journal", journal, "--json")
    calls = environment.count("contacts.upsert")
    second = run("upsert", list_id, path, "--journal", journal, "--json")
    assert environment.count("contacts.upsert") == calls
    assert (first.value["resumed"], second.value["resumed"]) == (False, True)
    same = {"calls": 0, "seconds": 0, "resumed": None}
    assert {**first.value, **same} == {**second.value, **same}
    assert (first.value["journal"], second.code) == (str(journal), 0)
    assert "nothing is sent again" in second.err
    rows_file(path, ["a@example.com", "b@example.com"])
    anew = run("upsert", list_id, path, "--journal", journal)
    assert (anew.code, anew.err) == (0, "")
    assert environment.count("contacts.upsert") == calls + 2


def test_an_unfinished_journal_of_another_file_says_what_to_do(
    run: Run, environment: Served, tmp_path: Path
) -> None:
    """Finish that run with --resume and its own file, or begin anew with --fresh, which keeps its journal aside."""
    list_id = environment.new_list("E-mail Address", "First Name")
    journal = ("--journal", tmp_path / "j")
    old = rows_file(tmp_path / "old.csv", [f"o{each}@example.com" for each in range(4)])
    new = rows_file(tmp_path / "new.csv", [f"n{each}@example.com" for each in range(4)])

    def script(server: Emulator) -> None:
        server.faults.add(Pass(), on="contacts.upsert", times=2)
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="contacts.upsert", times=99)

    environment.ask(script)
    assert run("upsert", list_id, old, *journal).code == 4
    environment.ask(lambda server: server.faults.clear())
    for mode in ((), ("--resume",)):
        refused = run("upsert", list_id, new, *journal, *mode)
        assert refused.ends_with(2, "is not finished. To go on with it, give its own file and list with --resume.")
        assert "--fresh, which keeps its journal aside" in refused.err
    run("upsert", list_id, new, *journal, "--fresh", "--resume").complains(2, "say one of them")
    run("upsert", list_id, new, "--emulator", "--fresh").complains(2, "do not go with it")
    assert len(environment.emails(list_id)) == 2
    fresh = run("upsert", list_id, new, *journal, "--fresh")
    assert fresh.code == 0
    assert f"is kept as {tmp_path / 'j.aside-1'}." in fresh.err
    assert len(environment.emails(list_id)) == 6
    assert run("upsert", list_id, old, "--journal", tmp_path / "j.aside-1", "--resume").code == 0
    assert len(environment.emails(list_id)) == 8


@pytest.mark.slow
def test_as_many_rejects_as_are_allowed_are_a_success(run: Run, environment: Served, contacts: Path) -> None:
    """--max-rejects takes a number or a share of all rows; --quiet then prints nothing, and else all."""
    list_id = environment.new_list(*HEADINGS)
    for most, code in (("2", 0), ("40%", 0), ("1", 1), ("39.9%", 1), ("0", 1)):
        ended = run("upsert", list_id, contacts, "--max-rejects", most, "--quiet")
        assert (most, ended.code, bool(ended.out), ended.err) == (most, code, code == 1, "")
    quiet = run("upsert", list_id, contacts, "--max-rejects", "2", "--quiet", "--json")
    assert (quiet.code, quiet.value["rejected"], quiet.err) == (0, 2, "")
    calls = environment.server.calls.total
    for wrong in ("-1", "1.5", "many", "101%", "%", ""):
        run("upsert", list_id, contacts, f"--max-rejects={wrong}").complains(2, "--max-rejects")
    assert environment.server.calls.total == calls


@pytest.mark.slow
def test_rejects_of_an_earlier_run_are_not_overwritten(
    run: Run, environment: Served, contacts: Path, tmp_path: Path
) -> None:
    """As with download, --force replaces the file; one that holds headings alone is replaced without it."""
    list_id, rejects = environment.new_list(*HEADINGS), tmp_path / "rejects.csv"
    assert run("upsert", list_id, contacts, "--rejects", rejects).code == 1
    kept, calls = rejects.read_bytes(), environment.server.calls.total
    run("upsert", list_id, contacts, "--rejects", rejects).complains(2, "is there already; --force replaces it")
    assert (rejects.read_bytes(), environment.server.calls.total) == (kept, calls)
    good = rows_file(tmp_path / "good.csv", ["a@example.com"])
    assert run("upsert", list_id, good, "--rejects", rejects, "--force").code == 0
    assert rejects.read_bytes() != kept
    assert run("upsert", list_id, contacts, "--rejects", rejects).code == 1
    assert rejects.read_bytes() == kept


def test_one_call_is_one() -> None:
    """And more are more."""
    assert [counted(number, "call") for number in (1, 2, 30_000)] == ["1 call", "2 calls", "30,000 calls"]


@pytest.mark.slow
def test_a_server_that_hangs_up_is_not_asked_for_ever(run: Run, environment: Served, tmp_path: Path) -> None:
    """The rows that met it are unknown, never taken for saved; the journal stays, and --resume sends them again."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", ["a@example.com"])
    environment.ask(lambda server: server.faults.add(Cut("acted"), on="contacts.upsert", times=1000))
    ended = run("upsert", list_id, path)
    assert ended.code == 1
    assert "1 unknown." in ended.out
    environment.ask(lambda server: server.faults.clear())
    program, *go_on = shlex.split(ended.out.splitlines()[-1].rpartition(": ")[2])
    assert (program, go_on[-1]) == ("asyncsdk", "--resume")
    again = run(*go_on)
    assert (again.code, again.out.splitlines()[0]) == (
        0,
        "1 row: 0 created, 1 updated, 0 merged, 0 rejected, 0 failed, 0 unknown.",
    )
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
