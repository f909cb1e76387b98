"""User errors: one line, an exit code, no traceback, and nothing sent."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from asyncsdk import FileStore, Tally
from asyncsdk.emulator import FailJob, Reply
from tests.cli.conftest import Run
from tests.cli.served import Served


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "uploading", "upserting"),
    [
        (b"", "is empty", "is empty"),
        (b"\xef\xbb\xbf", "is empty", "is empty"),
        (b"\nEmail\n", "is empty", "is empty"),
        (b"Email,Name,Name\na@example.com,A,B\n", "several columns 'Name': 2, 3 of 3", "several columns 'Name'"),
        (
            "Email,Name\na@example.com,Zoë\n".encode("latin-1"),
            "is not written in UTF-8: line 2: ",
            "is not written in UTF-8: ",
        ),
        (
            "Email,Name\na@example.com,Zoë\n".encode("utf-16"),
            "its first bytes are those of UTF-16",
            "Say its encoding with --encoding.",
        ),
        (
            b'Email,Name\na@example.com,A\nb@example.com,"B\nc@x.org,C\n',
            "line 3: unexpected end",
            "line 3: unexpected end",
        ),
        (b"Email;Name\na@example.com;A\n", "is --separator ';' meant?", "is --separator ';' meant?"),
    ],
)
def test_a_file_that_cannot_be_used(
    run: Run, environment: Served, tmp_path: Path, content: bytes, uploading: str, upserting: str
) -> None:
    """The line says what is wrong with it; nothing was sent, and no journal is left."""
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    calls = environment.server.calls.total
    run("upload", "Leads", path).complains(2, uploading)
    run("upsert", "l-0001", path).complains(2, upserting)
    assert environment.server.calls.total == calls
    assert [each.name for each in tmp_path.iterdir()] == ["bad.csv"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Name,City\nAda,London\n", "no heading looks like an e-mail address"),
        (b"Email,E-Mail Address\na@example.com,b@example.com\n", "several columns may hold the address"),
        (b"Email,,Name\na@example.com,A,B\n", "column 2 has no heading"),
    ],
)
def test_a_file_that_cannot_be_uploaded(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    """A new list takes its columns from the file, so that it must say more."""
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    run("upload", "Leads", path).complains(2, words)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("upload", "Leads", "{folder}/missing.csv"), "No such file"),
        (("upload", "Leads", "{folder}"), "is a directory"),
        (("upsert", "l-0001", "/dev/null"), "not a regular file"),
        (("upload", "Leads", "{file}", "--email-column", "Mail"), "has no column 'Mail'"),
        (("upload", "Leads", "{file}", "--rejects", "{file}"), "would replace the input"),
        (("upload", "Leads", "{file}", "--rejects", "{folder}"), "is a directory"),
        (("upload", "Leads", "{file}", "--rejects", "{folder}/no/such.csv"), "there is no folder"),
        (("upsert", "l-0001", "{folder}/missing.csv"), "No such file"),
        (("upsert", "l-0001", "{file}", "--rejects", "{folder}/no/such.csv"), "there is no folder"),
        (("upsert", "l-0001", "{file}", "--rejects", "/dev/full"), "is no regular file"),
        (("upsert", "l-0001", "{file}", "--rejects", "{file}"), "would replace the input"),
        (("upsert", "l-0001", "{file}", "--key", "First Nam"), "Did you mean First Name?"),
        (("upsert", "l-0001", "{file}", "--separator", "::"), "separator must be one character"),
        (("upsert", "l-0001", "{file}", "--encoding", "utf-99"), "There is no encoding 'utf-99'"),
        (("upsert", "l-0001", "{file}", "--via", "pigeon"), "--via"),
        (("upload", "Leads"), "requires an argument"),
        (("upsert", "l-0001", "-"), "- for stdin needs --journal FILE or --run NAME"),
        (("upsert", "l-0001", "{file}", "--rejects=-"), "- stands for no file here"),
        (("queue", "status", "-"), "Try: asyncsdk queue status --help"),
        (("download", "l-0001", "--colour"), "Unknown option: --colour"),
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


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("lists", "--colour"), 2), (("download", "l-9999", "{folder}/out.csv"), 4), (("call", "no.such"), 2)],
)
def test_programs_are_told_what_went_wrong(run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    """With ``--json`` one object on stdout in place of the result, with the exit code and the line of stderr."""
    ended = run(*(each.format(folder=tmp_path) for each in arguments), "--json")
    told = ended.value
    assert ended.code == code == told["exit"]
    assert ended.err == f"asyncsdk: {told['error']}\n"
    assert (told["journal"], told["go_on"]) == (None, None)


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


def test_a_list_that_is_not_there(run: Run, contacts: Path, tmp_path: Path) -> None:
    """Exit code 4; no file of rejected rows is left behind."""
    run("upsert", "l-9999", contacts, "--rejects", tmp_path / "rejects.csv").complains(4, "list")
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]


@pytest.mark.slow
def test_a_column_that_the_list_lacks(run: Run, environment: Served, tmp_path: Path) -> None:
    """Exit code 2, before a row is sent; the nearest column is named, and the others."""
    list_id = environment.new_list("Email", "First Name")
    path = tmp_path / "contacts.csv"
    path.write_text("Email,Frist Name\nada@example.com,Ada\n", encoding="utf-8")
    ended = run("upsert", list_id, path)
    ended.complains(2, "'Frist Name' is unknown (did you mean 'First Name'?)")
    assert "Its columns are 'Email', 'First Name'." in ended.err
    assert environment.emails(list_id) == []
    assert [each.name for each in tmp_path.iterdir()] == ["contacts.csv"]


@pytest.mark.slow
@pytest.mark.parametrize("heading", ["first name", "FIRST NAME", "FIRSTNAME"])
def test_headings_are_found_whatever_their_case(
    run: Run, environment: Served, tmp_path: Path, heading: str
) -> None:
    """A heading in another case is a column of the list, and so is a system type."""
    list_id = environment.new_list("Email", "First Name")
    path = tmp_path / "contacts.csv"
    path.write_text(f"E-Mail,{heading}\nada@example.com,Ada\n", encoding="utf-8")
    assert run("upsert", list_id, path).code == 0
    assert environment.ask(lambda server: server.rows(list_id)) == [["ada@example.com", "Ada"]]


def test_a_token_file_that_is_none(run: Run, contacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2; the line names the file and what is wrong with it, and the file stays as it is."""
    content = contacts.read_bytes()
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(contacts))
    run("lists").complains(2, f"The token file {contacts} cannot be used: it is there and holds something else")
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(contacts.parent))
    run("lists").complains(2, f"The token file {contacts.parent} cannot be used: Is a directory")
    assert contacts.read_bytes() == content
    assert [each.name for each in contacts.parent.iterdir()] == ["contacts.csv"]


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
