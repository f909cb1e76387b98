"""``upload`` reads what ``upsert`` reads, and takes nothing in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asyncsdk.emulator import Reply
from tests.cli.conftest import Run, command_to_go_on
from tests.cli.served import Served

TEXT = """ Email ,First Name,City,
ada@example.com,Ada,Rome,
bob@example.com,Bob

,,,
ADA@example.com ,Augusta,Oslo,
nobody,No,Bern,
grace@example.com,Grace, M.,Bern,
alan@example.com,Alan,"Zürich
4",
"""


def rows(environment: Served, list_id: str) -> list[list[str]]:
    """What a list holds."""
    return environment.ask(lambda server: server.rows(list_id))


@pytest.mark.slow
def test_ragged_rows_are_left_out_and_told(run: Run, environment: Served, tmp_path: Path) -> None:
    """The others make the list, whose headings have no blanks; rejects of both kinds have their line and reason."""
    path, rejects = tmp_path / "in.csv", tmp_path / "rejects.csv"
    path.write_text(TEXT)
    ended = run("upload", "Leads", path, "--rejects", rejects, "--json")
    assert ended.code == 1
    value = ended.value
    assert environment.ask(lambda server: server.headings(value["list_id"])) == ["Email", "First Name", "City"]
    assert rows(environment, value["list_id"]) == [
        ["ada@example.com", "Ada", "Rome"],
        ["ADA@example.com ", "Augusta", "Oslo"],
        ["alan@example.com", "Alan", "Zürich\n4"],
    ]
    counts = {"rows": 6, "appended": 3, "rejected": 1, "left_out": 2, "repeated": 2, "unaccounted": 0}
    assert counts.items() <= value.items()
    assert rejects.read_text().splitlines() == [
        "Email,First Name,City",
        "bob@example.com,Bob",
        "nobody,No,Bern",
        "grace@example.com,Grace, M.,Bern,",
    ]
    told = [line.split(",", 3) for line in Path(value["reasons_file"]).read_text().splitlines()]
    assert [line[:3] for line in told[1:]] == [["1", "2", "3"], ["2", "4", "7"], ["3", "5", "8"]]
    assert "2 cells" in told[1][3]
    assert "Act-On rejected it" in told[2][3]
    people = run("upload", "Leads", path)
    assert people.code == 1
    (hint,) = [line for line in people.out.splitlines() if line.startswith("The rejected rows, and why: ")]
    assert "nobody" in run(*command_to_go_on(hint)).out
    job = value["job_id"]
    assert run("job", job).out.splitlines()[-1].startswith("The rejected rows, and why: ")
    for words in ("2 of the file's 6 rows were left out", "(line 3)", "(line 8)", "2 rows share their address"):
        assert words in people.out


@pytest.mark.parametrize(
    ("name", "content", "how"),
    [
        ("a.csv", "Email;First Name\r\nzoë@example.com;Zoë\r\n".encode("utf-16"), ("--encoding", "utf-16")),
        ("a.csv", "Email;First Name\nzoë@example.com;Zoë\n".encode("cp1252"), ("--encoding", "cp1252")),
        ("a.csv", "\ufeffEmail;First Name\rzoë@example.com;Zoë\r".encode(), ()),
        ("a.jsonl", b'{"Email": "zo\xc3\xab@example.com"}\n{"First Name": "Zo\xc3\xab"}\n', ()),
    ],
)
def test_other_kinds_of_files(
    run: Run, environment: Served, tmp_path: Path, name: str, content: bytes, how: tuple[str, ...]
) -> None:
    """Encodings, separators and JSON Lines make no difference to the list."""
    path = tmp_path / name
    path.write_bytes(content)
    separator = () if name == "a.jsonl" else ("--separator", ";")
    value = run("upload", "Leads", path, *how, *separator, "--json").value
    cells = [cell for row in rows(environment, value["list_id"]) for cell in row if cell]
    assert cells == (["zoë@example.com"] if name == "a.jsonl" else ["zoë@example.com", "Zoë"])
    assert value["rejected"] == (name == "a.jsonl")


def test_values_that_no_cell_can_say_are_left_out(run: Run, environment: Served, tmp_path: Path) -> None:
    """Numbers are written, and a nested value is a reject; the file of rejects can be JSON Lines."""
    path, rejects = tmp_path / "a.jsonl", tmp_path / "rejects.jsonl"
    path.write_text(
        '{"Email": "a@example.com", "Age": 3}\n{"Email": "b@example.com", "Age": [3]}\n{"Email": "c@x.org"}\n'
    )
    ended = run("upload", "Leads", path, "--rejects", rejects, "--json")
    assert (ended.code, ended.value["appended"], ended.value["left_out"]) == (1, 2, 1)
    assert rows(environment, ended.value["list_id"]) == [["a@example.com", "3"], ["c@x.org", ""]]
    assert json.loads(rejects.read_text())["Email"] == "b@example.com"


@pytest.mark.slow
def test_a_tilde_is_the_home_folder(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in ``--rejects=~/x``, which a shell passes on as it is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.csv").write_text("Email\na@example.com\nnobody\n")
    list_id = environment.new_list("Email")
    assert run("upsert", list_id, "~/a.csv", "--rejects=~/r.csv", "--state=~/s", "--journal=~/j").code == 1
    assert run("upload", "Leads", "~/a.csv", "--rejects=~/u.csv").code == 1
    assert run("download", list_id, "~/d.csv").code == 0
    names = {"a.csv", "r.csv", "r.reasons.csv", "s", "j", "u.csv", "u.reasons.csv", "d.csv"}
    assert {each.name for each in tmp_path.iterdir()} == names


@pytest.mark.slow
@pytest.mark.parametrize("where", [(), ("--emulator",)])
def test_columns_are_mapped_and_ignored(
    run: Run, environment: Served, tmp_path: Path, where: tuple[str, ...]
) -> None:
    """``--map`` and ``--ignore`` name the file's columns; what cannot be meant is said."""
    path = tmp_path / "a.csv"
    path.write_text("Kontakt,Town,id\nada@example.com,Rome,7\n")
    list_id = environment.new_list("Email", "City")
    how = ("--map", "Kontakt=Email", "--map", " Town = City ", "--ignore", "id", *where)
    assert run("upsert", list_id, path, *how).code == 0
    if not where:
        assert rows(environment, list_id) == [["ada@example.com", "Rome"]]
    run("upsert", list_id, path, "--map", "Kontakt").complains(2, "write it as \"file's column=list's column\"")
    run("upsert", list_id, path, "--map", "Town=a", "--map", "Town=b").complains(2, "names the column 'Town' twice")
    run("upsert", list_id, path, *how[:4], "--ignore", "ids").complains(2, "'id' is unknown")


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
@pytest.mark.parametrize("command", ["upload", "upsert"])
def test_rejected_rows_that_are_there_are_replaced_with_force_only(
    run: Run, environment: Served, tmp_path: Path, command: str, ending: str
) -> None:
    """Both commands want --force, also for a file of JSON Lines with a single row; nothing is sent without it."""
    path, rejects = tmp_path / f"in.{ending}", tmp_path / f"rejects.{ending}"
    rows = [f"{name}@example.com" for name in "abcd"] + ["nobody"]
    path.write_text("Email\n" + "".join(f"{email}\n" for email in rows))
    if ending == "jsonl":
        path.write_text("".join(json.dumps({"Email": email}) + "\n" for email in rows))
    words = (command, "Leads" if command == "upload" else environment.new_list("Email"), path, "--rejects", rejects)
    assert run(*words).code == 1
    kept, calls = rejects.read_bytes(), environment.server.calls.total
    assert b"nobody" in kept
    run(*words).complains(2, "is there already; --force replaces it")
    assert (rejects.read_bytes(), environment.server.calls.total) == (kept, calls)
    assert run(*words, "--force").code == 1


@pytest.mark.slow
def test_rows_that_were_left_out_are_kept_although_those_of_act_on_cannot_be_had(
    run: Run, environment: Served, tmp_path: Path
) -> None:
    """The list is there, the exit code tells of the trouble, and the file has what is known."""
    path, rejects = tmp_path / "in.csv", tmp_path / "rejects.csv"
    path.write_text(TEXT)
    gone = Reply(404, {"errorCode": "10100", "message": "No such file"})
    environment.ask(lambda server: server.faults.add(gone, on="lists.rejected_records", times=99))
    run("upload", "Leads", path, "--rejects", rejects).ends_with(4, "No such file")
    assert rejects.read_text().splitlines() == [
        "Email,First Name,City",
        "bob@example.com,Bob",
        "grace@example.com,Grace, M.,Bern,",
    ]
    environment.ask(lambda server: server.faults.clear())
