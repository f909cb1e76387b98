"""What people get wrong: one line, an exit code, no traceback, and nothing sent."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from asyncsdk import FileStore, Tally
from asyncsdk.emulator import FailJob, Reply

from .conftest import Run
from .served import Served


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no row of headings"),
        (b"\xef\xbb\xbf", "has no row of headings"),
        (b"\nEmail\n", "has no row of headings"),
        (b"Name,City\nAda,London\n", "no heading looks like an e-mail address"),
        (b"Email,E-Mail Address\na@example.com,b@example.com\n", "several columns may hold the address"),
        (b"Email,Name,Name\na@example.com,A,B\n", "two columns with the heading 'Name'"),
        (b"Email,,Name\na@example.com,A,B\n", "column 2 has no heading"),
        ("Email,Name\na@example.com,Zoë\n".encode("latin-1"), "is not UTF-8"),
        ("Email,Name\na@example.com,Zoë\n".encode("utf-16"), "is not UTF-8"),
        (b'Email,Name\na@example.com,A\nb@example.com,"B\nc@example.com,C\n', "line 4: unexpected end of data"),
        (b"Email,Name\na@example.com," + b"x" * 140_000 + b"\n", "line 2: field larger than field limit"),
    ],
)
@pytest.mark.parametrize("command", [("upload", "Leads"), ("upsert", "l-0001")])
def test_a_file_that_cannot_be_used(
    run: Run, environment: Served, tmp_path: Path, command: tuple[str, str], content: bytes, words: str
) -> None:
    """The line says what is wrong with it; nothing was sent."""
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    calls = environment.server.calls.total
    run(*command, path).complains(2, words)
    assert environment.server.calls.total == calls


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("upload", "Leads", "{folder}/missing.csv"), "No such file"),
        (("upload", "Leads", "{folder}"), "is a directory"),
        (("upsert", "l-0001", "/dev/null"), "not a regular file"),
        (("upload", "Leads", "{file}", "--email-column", "Mail"), "has no column 'Mail'"),
        (("upload", "Leads", "{file}", "--rejects", "{file}"), "would replace the input"),
        (("upload", "Leads", "{file}", "--rejects", "{folder}"), "is a directory"),
        (("upsert", "l-0001", "{file}", "--rejects", "{folder}/no/such.csv"), "there is no folder"),
        (("upload", "Leads"), "requires an argument"),
        (("upload", "Leads", "{file}", "--colour"), "--colour"),
        (("frobnicate",), "frobnicate"),
        (("demo", "--rows", "0"), "--rows"),
        (("demo", "--file", "{folder}/missing.csv"), "No such file"),
        (("emulator", "--port", "70000"), "--port"),
    ],
)
def test_wrong_arguments(run: Run, contacts: Path, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """The line names the argument."""
    run(*(each.format(file=contacts, folder=tmp_path) for each in arguments)).complains(2, words)


def test_missing_credentials_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, and the way to do without."""
    monkeypatch.delenv("ACTON_PASSWORD")
    run("lists").complains(3, "Missing from the environment: ACTON_PASSWORD. Or try --emulator")


def test_refused_credentials(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3; the password shows nowhere."""
    monkeypatch.setenv("ACTON_PASSWORD", "open-sesame")
    ended = run("lists")
    ended.complains(3, "")
    assert "open-sesame" not in ended.err


def test_no_network(run: Run, contacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 5, and it is said that nothing was sent."""
    monkeypatch.setenv("ACTON_BASE_URL", "http://127.0.0.1:9")
    run("upsert", "l-0001", contacts).complains(5, "Nothing was sent.")


def test_a_list_that_is_not_there(run: Run, contacts: Path, tmp_path: Path) -> None:
    """Exit code 4; no file of rejected rows is left behind."""
    run("upsert", "l-9999", contacts, "--rejects", tmp_path / "rejects.csv").complains(4, "list")
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]


def test_a_column_that_the_list_lacks(run: Run, environment: Served, contacts: Path) -> None:
    """Exit code 2, before a row is sent; system types such as COMPANY would do."""
    list_id = environment.new_list("Email", "First Name")
    words = f"{list_id} has no column 'Company'; it has 'Email', 'First Name'"
    run("upsert", list_id, contacts).complains(2, words)
    assert environment.emails(list_id) == []


@pytest.mark.parametrize("heading", ["first name", "FIRST NAME", "FIRSTNAME"])
def test_headings_are_found_whatever_their_case(
    run: Run, environment: Served, tmp_path: Path, heading: str
) -> None:
    """A heading in another case is a column of the list; whether a system type is one, the server knows."""
    list_id = environment.new_list("Email", "First Name")
    path = tmp_path / "contacts.csv"
    path.write_text(f"Email,{heading}\nada@example.com,Ada\n", encoding="utf-8")
    assert run("upsert", list_id, path).code == (1 if heading == "FIRSTNAME" else 0)
    assert environment.emails(list_id) == ([] if heading == "FIRSTNAME" else ["ada@example.com"])


def test_a_record_id_is_no_column(run: Run, environment: Served, tmp_path: Path) -> None:
    """The id that a download brings along is refused in one line, not in one call for each row."""
    list_id = environment.new_list("Email", "First Name")
    path = tmp_path / "contacts.csv"
    path.write_text("_contact_id_,Email\nl-0001:0,ada@example.com\n", encoding="utf-8")
    run("upsert", list_id, path).complains(2, "has no column '_contact_id_'")


@pytest.mark.parametrize("spent", ["calls", "logins"])
def test_a_spent_quota(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spent: str) -> None:
    """Exit code 6 without a call; the line says when it resets."""
    now = time.time()
    tally = Tally({int(now // 60): 30_000}) if spent == "calls" else Tally({}, [now - each for each in range(5)])
    asyncio.run(FileStore(tmp_path / "token.json").count(tally))
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token.json"))
    run("lists").complains(6, "the next is free in")


def test_a_server_that_says_too_many(run: Run, environment: Served) -> None:
    """Exit code 6 where the server itself still says so on the last attempt."""
    throttled = Reply.throttled(retry_after=0)
    environment.ask(lambda server: server.faults.add(throttled, on="lists.all", times=10))
    run("lists").complains(6, "Rate Limit")


@pytest.mark.parametrize("look", [(), ("--no-wait",)])
def test_an_unknown_job(run: Run, look: tuple[str, ...]) -> None:
    """Exit code 7, whether it is awaited or looked at."""
    ended = run("job", "123", *look)
    assert (ended.code, ended.out) == (7, "")
    assert ended.err.splitlines()[-1].startswith("asyncsdk: Job 123")
    assert "Traceback" not in ended.err


def test_a_job_that_fails(run: Run, environment: Served, contacts: Path, tmp_path: Path) -> None:
    """Exit code 7 with the server's words, and no file of rejected rows."""
    environment.ask(lambda server: server.faults.add(FailJob("The file is odd"), on="lists.create"))
    ended = run("upload", "Leads", contacts, "--rejects", tmp_path / "rejects.csv")
    assert (ended.code, ended.out) == (7, "")
    assert "The file is odd" in ended.err.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]
