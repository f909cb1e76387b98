"""Each command, where nothing goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.served import Served

HEADINGS = ("E-mail Address", "First Name", "Company")


def test_lists_are_listed(run: Run, environment: Served) -> None:
    """People get a table, programs get JSON."""
    list_id = environment.new_list("Email")
    ended = run("lists")
    assert ended.code == 0
    assert ended.out.splitlines()[0].split() == ["ID", "RECORDS", "MODIFIED", "FOLDER", "NAME"]
    assert any(line.startswith(list_id) for line in ended.out.splitlines())
    assert {"id": list_id, "records": 0}.items() <= next(
        each for each in run("lists", "--json").value if each["id"] == list_id
    ).items()


def test_upload_creates_a_typed_list(run: Run, environment: Served, contacts: Path, tmp_path: Path) -> None:
    """The headings' meanings are known, the counts add up, and the rejected rows are kept."""
    rejects = tmp_path / "rejects.csv"
    ended = run("upload", "Leads", contacts, "--rejects", rejects, "--json")
    assert ended.code == 1
    value = ended.value
    assert (value["rows"], value["appended"], value["rejected"], value["unaccounted"]) == (5, 3, 2, 0)
    assert environment.ask(lambda server: server.headings(value["list_id"])) == list(HEADINGS)
    columns = environment.ask(lambda server: server.platform.lists.require(value["list_id"]).columns)
    assert [column.type for column in columns] == ["EMAIL", "FIRSTNAME", "COMPANY"]
    assert f"Job {value['job_id']}: done" in ended.err
    assert rejects.read_bytes().decode("utf-8-sig").splitlines() == [
        "E-mail Address,First Name,Company",
        ",Nobody,Nowhere",
        "x y@example.com,Blank,Within",
    ]


def test_upload_without_rejects_ends_with_0(run: Run, tmp_path: Path) -> None:
    """The file of rejected rows then has headings only; the column with the address can be named."""
    good, rejects = tmp_path / "good.csv", tmp_path / "rejects.csv"
    good.write_text("Contact,Name\nada@example.com,Ada\n")
    ended = run("upload", "Leads", good, "--email-column", "contact", "--rejects", rejects)
    assert ended.code == 0
    assert "1 appended, 0 updated, 0 failed, 0 rejected." in ended.out
    assert rejects.read_text() == "Contact,Name\n"


@pytest.mark.slow
def test_a_job_can_be_awaited_and_looked_at(run: Run, contacts: Path) -> None:
    """The id that upload told is enough, from another process as well."""
    job_id = run("upload", "Leads", contacts, "--json").value["job_id"]
    waited = run("job", job_id, "--json")
    assert (waited.code, waited.value["state"], waited.value["report"]["appended"]) == (0, "done", 3)
    looked = run("job", job_id, "--no-wait")
    assert looked.code == 0
    assert looked.out.startswith(f"Job {job_id}: done.\n")


@pytest.mark.slow
def test_usage_counts_what_other_runs_spent(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a token file the count outlives the process; looking costs nothing."""
    assert run("usage", "--json").value["calls_made"] == 0
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token.json"))
    assert run("lists").code == 0
    usage = run("usage", "--json").value
    assert (usage["calls_made"], usage["calls_left"], usage["logins_left"]) == (2, 29_998, 4)
    assert "Calls left: 29,998" in run("usage").out


@pytest.mark.slow
def test_commands_need_no_account_with_an_emulator(
    run: Run, contacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--emulator`` looks at no credentials, and gives upsert the list that it asks for."""
    for name in ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD", "BASE_URL"):
        monkeypatch.delenv(f"ACTON_{name}")
    assert run("lists", "--emulator").out == "There are no lists.\n"
    assert run("usage", "--emulator").code == 0
    assert run("upsert", "l-0042", contacts, "--emulator", "--json").value["created"] == 3
