"""``upsert``: each row has one fate, the counts add up, and what was not saved can be fed back."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncsdk.emulator import Cut, Emulator, Reply

from .conftest import Run
from .served import Served

HEADINGS = ("E-mail Address", "First Name", "Company")
FATES = ("saved", "rejected", "refused", "unknown", "unsent")


def rows_file(path: Path, emails: list[str]) -> Path:
    """A file of addresses and names."""
    lines = [f"{email},Name {number}\n" for number, email in enumerate(emails)]
    path.write_text("E-mail Address,First Name\n" + "".join(lines))
    return path


def test_rows_arrive_unchanged(run: Run, environment: Served, contacts: Path) -> None:
    """Every letter, quote and comma comes through, and rows without a usable address are not sent."""
    list_id = environment.new_list(*HEADINGS)
    ended = run("upsert", list_id, contacts)
    assert ended.code == 1
    assert ended.out.splitlines()[:3] == [
        "5 rows: 3 saved, 2 rejected, 0 refused, 0 unknown, 0 unsent.",
        "  1 rejected: no address (row 2)",
        "  1 rejected: impossible address (row 4)",
    ]
    assert sorted(environment.ask(lambda server: server.rows(list_id))) == [
        ["ada@example.com", "Ada", 'Babbage, Lovelace "& Co"'],
        ["bob+news@example.com", "Bob", ""],
        ["zoë@example.com", "Zoë", "太极传媒有限公司"],
    ]


def test_an_empty_cell_erases_nothing(run: Run, environment: Served, tmp_path: Path) -> None:
    """What the list holds stays where the file holds nothing."""
    list_id = environment.ask(
        lambda server: server.add_list("L", ["E-mail Address", "First Name"], [["ada@example.com", "Ada"]])
    )
    path = tmp_path / "a.csv"
    path.write_text("E-mail Address,First Name\nada@example.com,\n")
    assert run("upsert", list_id, path).code == 0
    assert environment.ask(lambda server: server.rows(list_id)) == [["ada@example.com", "Ada"]]


def test_the_last_of_several_rows_with_one_address_wins(run: Run, environment: Served, tmp_path: Path) -> None:
    """They go one after the other, although rows go concurrently: one record, the last row's cells."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", ["ada@example.com", "ADA@example.com", "Ada@Example.com"])
    assert run("upsert", list_id, path, "--json").value["saved"] == 3
    assert [row[1] for row in environment.ask(lambda server: server.rows(list_id))] == ["Name 2"]


def test_each_row_has_one_fate(run: Run, environment: Served, tmp_path: Path) -> None:
    """A refusal, a lost answer and a bad row are told apart, with the reasons; the file has all but the saved."""
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
    assert value["rows"] == 4 == sum(value[fate] for fate in FATES)
    assert (value["rejected"], value["refused"], value["unsent"]) == (1, 1, 0)
    assert "a@example.com" not in ended.out + ended.err
    kept = rejects.read_text().splitlines()
    assert len(kept) == 1 + value["rows"] - value["saved"]
    assert "nobody,Name 1" in kept


def test_rejects_can_be_fed_back(run: Run, environment: Served, contacts: Path, tmp_path: Path) -> None:
    """Mended in place, the file of rows that were not saved is a good input, byte order mark and all."""
    list_id = environment.new_list(*HEADINGS)
    rejects = tmp_path / "rejects.csv"
    assert run("upsert", list_id, contacts, "--rejects", rejects).code == 1
    assert rejects.read_bytes().startswith(b"\xef\xbb\xbfE-mail Address,First Name,Company\r\n")
    assert rejects.stat().st_mode & 0o077 == 0
    kept = rejects.read_bytes()
    rejects.write_bytes(kept.replace(b"x y@", b"xy@").replace(b",Nobody", b"nobody@example.com,Nobody"))
    again = tmp_path / "again.csv"
    assert run("upsert", list_id, rejects, "--rejects", again).code == 0
    assert len(environment.emails(list_id)) == 5
    assert again.read_bytes() == b"\xef\xbb\xbfE-mail Address,First Name,Company\r\n"
    assert run("upsert", list_id, again).code == 0


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Reply(401, {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""}), 3),
        (Reply(403, {"httpCode": "403", "httpMessage": "Forbidden", "moreInformation": ""}), 4),
    ],
)
def test_what_every_row_would_meet_ends_the_run(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Reply, code: int
) -> None:
    """Once the token or the right is gone, the rest is not sent; all of it is kept to be fed back."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", [f"p{number}@example.com" for number in range(40)])
    monkeypatch.setenv("ACTON_TOKEN", environment.ask(lambda server: server.issue_token())["access_token"])
    environment.ask(lambda server: server.faults.add(refusal, on="contacts.upsert", times=1000))
    rejects = tmp_path / "rejects.csv"
    ended = run("upsert", list_id, path, "--rejects", rejects, "--json")
    assert ended.code == code
    assert ended.err.splitlines()[-1].startswith("asyncsdk: ")
    assert "Traceback" not in ended.err
    value = ended.value
    assert value["rows"] == 40 == value["unsent"] + value["refused"]
    assert value["stopped_by"]
    assert len(rejects.read_text().splitlines()) == 41


def test_a_row_with_too_many_cells_is_rejected(run: Run, environment: Served, tmp_path: Path) -> None:
    """Nobody knows where its cells belong; a row with too few is whole but for empty cells."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = tmp_path / "a.csv"
    path.write_text("E-mail Address,First Name\na@example.com,A,surplus\n\nb@example.com\n")
    ended = run("upsert", list_id, path)
    assert ended.out.splitlines()[:2] == [
        "2 rows: 1 saved, 1 rejected, 0 refused, 0 unknown, 0 unsent.",
        "  1 rejected: more cells than headings (row 1)",
    ]
    assert environment.emails(list_id) == ["b@example.com"]


def test_a_server_that_hangs_up_is_not_asked_for_ever(run: Run, environment: Served, tmp_path: Path) -> None:
    """The rows that met it are unknown, never taken for saved."""
    list_id = environment.new_list("E-mail Address", "First Name")
    path = rows_file(tmp_path / "a.csv", ["a@example.com"])
    environment.ask(lambda server: server.faults.add(Cut("acted"), on="contacts.upsert", times=10))
    ended = run("upsert", list_id, path, "--json")
    assert (ended.code, ended.value["unknown"]) == (1, 1)
