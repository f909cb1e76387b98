"""``asyncsdk call``: what it refuses, what it asks about first, and what its errors keep to themselves."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pydantic
import pytest

from tests.cli.conftest import Run
from tests.cli.served import Served

COLUMNS = '[{"heading": "Email", "type": "EMAIL"}, {"heading": "First Name"}]'
USER = {
    "user_type": "Sales",
    "email": "eve@example.com",
    "first_name": "E",
    "last_name": "V",
    "password": "swordfish",
}


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes stdin a terminal at which this is typed."""

    def type_in(text: str) -> None:
        stdin = io.StringIO(text)
        monkeypatch.setattr(stdin, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", stdin)

    return type_in


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("contacts.upsrt",), "contacts.upsert"),
        (("upsert",), "contacts.upsert"),
        (("contacts", "upsert"), "contacts.upsert"),
        (("Lists.All",), "lists.all"),
    ],
)
def test_an_unknown_route_suggests_the_nearest(run: Run, words: tuple[str, ...], nearest: str) -> None:
    """Exit code 2 and one line."""
    run("call", *words).complains(2, f"Did you mean {nearest}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lists.all", "--count", "ten"), "--count: expected a whole number"),
        (("lists.all", "--count", "1.5"), "--count: expected a whole number"),
        (("lists.all", "--count", "5000"), "--count must be at most 1000"),
        (("lists.all", "--count=-1"), "--count must not be negative"),
        (("lists.all", "--listing-type", "Headers"), "Did you mean header?"),
        (("lists.all", "--cuont", "3"), "Did you mean --count?"),
        (("lists.all", "l-0001"), "1 too many"),
        (("lists.download",), "LIST_ID"),
        (("lists.download", ".."), "LIST_ID must not be empty or made of dots"),
        (("lists.download", "l-0001", "--created-after", "2026-01-31"), "a date alone says no zone"),
        (("lists.download", "l-0001", "--created-after", "2026-01-31T09:00"), "this time says no zone"),
        (("lists.download", "l-0001", "--created-after", "yesterday"), "expected a time in ISO 8601"),
        (("contacts.upsert", "l-0001", "--email", "a@example.com"), "--data"),
        (("contacts.add", "l-0001", "--data", "{"), "--data: this is no JSON: "),
        (("contacts.add", "l-0001", "--data", '{"Age": NaN}'), "JSON has no NaN"),
        (("contacts.add", "l-0001", "--data", "[" * 9999), "--data: "),
        (("contacts.add", "l-0001", "--data", '{"Age": 7}'), "--data: Age: expected text"),
        (("contacts.add", "l-0001", "--data", "[]"), "--data: expected a JSON object"),
        (("contacts.add", "l-0001", "--data", "@/no/such.json"), "--data: cannot read /no/such.json: No such file"),
        (("lists.create_empty", "L", "--columns", '{"headding": "E"}'), "Did you mean heading?"),
        (("lists.create_empty", "L", "--columns", '[{"type": "EMAIL"}]'), "[0]: missing: heading"),
        (("lists.create_empty", "L", "--columns", '{"heading": 1}'), "[0].heading: expected text"),
        (("lists.create_empty", "L", "--columns", '{"heading": "E", "type": "email"}'), "Did you mean EMAIL?"),
        (("lists.create_empty", "L", "--columns", '{"heading": "E", "ignore": "Y"}'), "expected true or false"),
        (("lists.create_empty", "L", "--columns", '{"heading": "E"}'), "--columns must have exactly one"),
        (("lists.create", "L", "--columns", COLUMNS, "--file", "/no/such.csv"), "/no/such.csv is not there"),
        (("lists.create", "L", "--columns", COLUMNS, "--file", "/"), "is no regular file"),
        (
            ("lists.merge", "l-0001", "--columns", COLUMNS, "--file", __file__, "--mode", "REPLACE"),
            "--replace-everything",
        ),
        (("--count", "3", "lists.all"), "There is no call '3'"),
        (("--frobnicate",), "The name of a call comes first"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(
    run: Run, environment: Served, arguments: tuple[str, ...], words: str
) -> None:
    """Exit code 2, one line that names the option, and not even a login; also where pydantic is loaded, too."""
    assert sys.modules["pydantic"] is pydantic  # cyclopts then checks by it what it has read
    calls = environment.server.calls.total
    run("call", *arguments).complains(2, words)
    assert environment.server.calls.total == calls


@pytest.mark.parametrize(
    "arguments",
    [
        ("--users", json.dumps({**USER, "user_type": "eve@example.com"})),
        ("--users", json.dumps(USER)[:-1]),
        ("--users", json.dumps({**USER, "eve@example.com": 1})),
        (json.dumps(USER),),
        (f"--user={json.dumps(USER)}",),
        ("--users", "[]", json.dumps(USER)),
        ("--users", "@eve@example.com"),
    ],
)
def test_errors_repeat_no_secret_and_no_address(run: Run, arguments: tuple[str, ...]) -> None:
    """Whatever is wrong with an argument, what it holds stays out of the terminal."""
    ended = run("call", "account.create_users", *arguments)
    ended.complains(2, "")
    assert "swordfish" not in ended.err
    assert "eve@" not in ended.err


def test_what_act_on_refuses_has_its_exit_code(run: Run) -> None:
    """The server's words are one line on stderr."""
    run("call", "lists.download", "l-9999").complains(4, "list")


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("Yes\n", 0), ("n\n", 130), ("\n", 130), ("", 130)])
def test_deleting_asks_first_on_a_terminal(
    run: Run, environment: Served, at_terminal: Callable[[str], None], typed: str, code: int
) -> None:
    """Only a yes goes on; anything else says that nothing was sent."""
    list_id = environment.new_list("Email")
    at_terminal(typed)
    calls = environment.server.calls.total
    ended = run("call", "lists.delete", list_id)
    assert ended.code == code
    assert "lists.delete: Delete a list with all its records. Go on? [y/N]" in ended.err
    if code:
        assert "nothing was sent" in ended.err
        assert environment.server.calls.total == calls


def test_nothing_is_asked_with_yes_or_in_a_pipe(
    run: Run, environment: Served, at_terminal: Callable[[str], None]
) -> None:
    """Scripts are not held up; routes that neither send nor delete never ask."""
    assert "Go on?" not in run("call", "lists.delete", environment.new_list("Email")).err
    at_terminal("")
    assert run("call", "lists.delete", environment.new_list("Email"), "--yes").code == 0
    assert run("call", "lists.all").code == 0
