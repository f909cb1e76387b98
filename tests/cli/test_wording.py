"""Words of the command line: hints, jobs that are not there, what usage counts, and what a terminal is shown."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncsdk.cli.call.parse_json import fit_type, parse_json
from asyncsdk.cli.exit_codes import Exit, failure_of
from asyncsdk.emulator import Reply
from asyncsdk.errors import NotSent, RateLimited, ServerError, TokenUnavailable
from tests.cli.conftest import Run
from tests.cli.served import Served
from tests.cli.terminal import read_screen

EVIL = "<p>Hi\x1b]0;owned\x07\x1b[2J\r\n\tThere\x7f\u202e</p>\n"
HARMFUL = ["\x1b", "\x07", "\x7f", "\u202e"]


def on_a_terminal(*arguments: str) -> tuple[int, str]:
    """What a terminal is sent by a command; stderr goes there, too."""
    screen, end = pty.openpty()
    command = [sys.executable, "-m", "asyncsdk", *arguments]
    with subprocess.Popen(command, stdout=end, stderr=end, stdin=subprocess.DEVNULL) as process:  # noqa: S603
        os.close(end)
        seen = read_screen(screen)
        process.wait(60)
    os.close(screen)
    return process.returncode, seen.decode()


def says(environment: Served, on: str, reply: Reply) -> None:
    """Let the emulator answer once with this."""
    environment.ask(lambda server: server.faults.add(reply, on=on))


@pytest.mark.slow
def test_a_text_of_the_servers_cannot_steer_a_terminal(environment: Served) -> None:
    """Escape sequences of a message's HTML are shown as signs that do nothing; lines and tabs stay."""
    says(environment, "messages.html", Reply(200, EVIL.encode(), content_type="text/html"))
    code, seen = on_a_terminal("call", "messages.html", "d-0001")
    assert code == 0
    assert not any(letter in seen for letter in HARMFUL)
    assert "There" in seen


@pytest.mark.slow
def test_a_file_of_the_servers_cannot_steer_a_terminal(environment: Served) -> None:
    """What arrives as bytes is shown as text, and made as harmless."""
    says(environment, "custom_data.job_report", Reply(200, EVIL.encode(), content_type="text/csv"))
    code, seen = on_a_terminal("call", "custom_data.job_report", "7")
    assert code == 0
    assert not any(letter in seen for letter in HARMFUL)
    assert "There" in seen


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("lists",), ("job", "7"), ("call", "lists.all"), ("call", "account.get")])
def test_an_error_of_the_servers_cannot_steer_a_terminal(environment: Served, arguments: tuple[str, ...]) -> None:
    """Its words on stderr neither; every command tells them."""
    says(environment, "any", Reply(200, {"access_token": "t", "expires_in": 60}))
    says(environment, "any", Reply(400, {"errorCode": 7, "message": EVIL}))
    code, seen = on_a_terminal(*arguments)
    assert code == (7 if arguments[0] == "job" else 4)
    assert not any(letter in seen for letter in HARMFUL)
    assert "There" in seen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [("text/html", ("messages.html", "d-0001")), ("text/csv", ("custom_data.job_report", "7"))],
)
def test_a_pipe_gets_it_to_the_letter(environment: Served, kind: str, arguments: tuple[str, ...]) -> None:
    """What a program reads is what the server sent, byte by byte."""
    says(environment, arguments[0], Reply(200, EVIL.encode(), content_type=kind))
    command = [sys.executable, "-m", "asyncsdk", "call", *arguments]
    assert subprocess.run(command, capture_output=True, check=True).stdout == EVIL.encode()  # noqa: S603


@pytest.mark.parametrize("look", [(), ("--no-wait",)])
def test_a_job_that_is_not_there_is_told_of_at_once(run: Run, environment: Served, look: tuple[str, ...]) -> None:
    """Nobody reads that it is pending first; one look, one line, exit code 7."""
    looks = environment.count("lists.upload_status")
    run("job", "123", *look).complains(7, "Job 123: there is no such upload")
    assert environment.count("lists.upload_status") == looks + 1


def test_hints_name_the_help_of_the_command(run: Run) -> None:
    """Whoever mistypes an option of upsert is led to the help of upsert."""
    run("upsert", "l-0001", "a.csv", "--nope").complains(2, "Try: asyncsdk upsert --help")
    run("download").complains(2, "Try: asyncsdk download --help")
    run("nope").complains(2, "Try: asyncsdk --help")


@pytest.mark.slow
def test_no_word_of_rows_where_calls_are_meant(run: Run) -> None:
    """An endpoint is a call in every text of ``call``; a row is a line of a file."""
    for arguments in [("call", "--help"), ("call", "lists.all", "--help"), ("call",), ("--help",)]:
        out = run(*arguments).out
        assert "any row" not in out
        assert "row of the table" not in out
    run("call", "lists.nope").complains(2, "There is no call 'lists.nope'")


def test_usage_says_whose_calls_and_when_they_stop_counting(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a token file all who share it, without one this run alone; the rest Act-On does not tell."""
    assert "this run alone" in run("usage").out
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token.json"))
    assert run("lists").code == 0
    out = run("usage").out
    assert f"share the token file {tmp_path / 'token.json'}." in out
    # The store counts by the minute, the later one.
    assert re.search(r"\(the oldest call stops counting in 24 h [01] min\)", out)
    assert re.search(r"\(the oldest login stops counting in (1 h [01]|60) min\)", out)


CALLS = ["contacts.upsert", "custom_data.ingest_rows", "audience.add_contact"]
JSON_TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet='[]{}",:0123456789.eE+-\\ud8nulltrefas', max_size=60),
    st.integers(1, 4000).map(lambda depth: "[" * depth),
    st.integers(1, 4000).map(lambda depth: "[" * depth + "]" * depth),
    st.sampled_from(
        ["1e999", "-1e999", "9" * 5000, '"\\ud800"', '{"a":"\\udc00"}', "NaN", "@", "@/", "@\x00", "-0"]
    ),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=JSON_TEXTS, call=st.sampled_from(["contacts.upsert", "custom_data.ingest_rows", "audience.add_contact"])
)
def test_any_json_argument_is_taken_or_refused_in_one_line(
    run: Run, environment: Served, text: str, call: str
) -> None:
    """Deep, endless, half a character, no JSON at all: an exit code and a line, never a traceback."""
    words = {
        "contacts.upsert": ["l-0001", "--email=ada@example.com", f"--data={text}"],
        "custom_data.ingest_rows": ["1", "1", "--mode=UPSERT", "--no-abort-on-invalid-row", f"--rows={text}"],
        "audience.add_contact": ["--method=EMAIL", f"--contact={text}"],
    }
    ended = run("call", call, *words[call], "--json")
    assert ended.code in {0, 2, 4}
    assert "Traceback" not in ended.err


@pytest.mark.slow
@given(JSON_TEXTS.filter(lambda text: not text.startswith(("@", "-"))))
def test_the_reader_of_json_arguments_raises_one_kind_of_error(text: str) -> None:
    """Whatever the text: a value that can be sent, or a ``ValueError`` that says why not."""
    try:
        value = parse_json(text)
    except ValueError:
        return
    assert fit_type(value, object) == value


@pytest.mark.slow
@pytest.mark.parametrize("command", ["upload", "upsert", "download", "job", "queue drain", "emulator"])
def test_help_breaks_lines_where_the_terminal_ends(command: str) -> None:
    """Paragraphs are broken by the terminal's width alone, and nowhere else by how their source is written."""
    screen = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "asyncsdk", *command.split(), "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "80"},
    ).stdout
    told = screen.partition("\u256d")[0]
    for paragraph in told.split("\n\n"):
        lines = paragraph.strip("\n").splitlines()
        for line, after in pairwise(lines):
            assert len(line.rstrip()) + 1 + len(after.split()[0]) > 80, (line, after)


def test_a_word_too_many_is_named(run: Run) -> None:
    """As it was written, and with the command whose help tells what there is."""
    run("lists", "frob", "nicate").complains(2, "asyncsdk lists has no use for frob nicate.")


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (RateLimited("Rate Limit exceeded", status=429), Exit.QUOTA),
        (ServerError("down", status=503), Exit.REFUSED),
        (NotSent("The server could not be reached."), Exit.NETWORK),
        (None, Exit.NETWORK),
    ],
)
def test_a_token_that_cannot_be_had_ends_as_what_kept_it(cause: Exception | None, code: Exit) -> None:
    """Too many logins are a spent quota, and not a failure of the network."""
    error = TokenUnavailable("There is no token now.")
    error.__cause__ = cause
    assert failure_of(error).code is code
