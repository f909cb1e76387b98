"""Lines of the log: each tells by stable keys what it is, so that nobody has to read its text by a program."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import asyncsdk
from asyncsdk import RetryPolicy
from asyncsdk.emulator import Reply
from tests.support.stage import emulator, issued, session
from tests.support.virtual_time import virtual_time

PACKAGE = Path(asyncsdk.__file__).parent
PAGE = (PACKAGE.parent / "docs" / "telemetry.md").read_text(encoding="utf-8").split("## Logging", 1)[1]
APART = ("cli", "emulator")
"""Programs of their own, whose lines are for a person."""


def lines() -> Iterator[tuple[str, ast.Call]]:
    """Every call that logs a line, and where it is."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] in APART:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("_log.", "_wait_log.")):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


@cache
def extras() -> dict[str, dict[str, str]]:
    """The keys of each line, with the source of their values."""
    found = {}
    for place, call in lines():
        extra = next((each.value for each in call.keywords if each.arg == "extra"), None)
        assert isinstance(extra, ast.Dict), f"{place} has no extra"
        keys = [ast.literal_eval(key) for key in extra.keys if key is not None]
        found[place] = dict(zip(keys, map(ast.unparse, extra.values), strict=True))
    return found


@pytest.mark.slow
def test_every_line_says_what_it_is() -> None:
    """Each has ``acton_event``, and all its keys begin with ``acton_``: none can hide one of logging's own."""
    assert len(extras()) > 50
    for place, extra in extras().items():
        assert "acton_event" in extra, place
        assert all(key.startswith("acton_") for key in extra), place


@pytest.mark.slow
def test_the_page_names_every_key_and_every_event() -> None:
    """And no other."""
    keys = {key for extra in extras().values() for key in extra}
    events = {
        value.strip("'") for extra in extras().values() for key, value in extra.items() if key == "acton_event"
    }
    told = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert told == keys | events


@pytest.mark.slow
def test_no_line_tells_the_text_of_an_error_by_a_key() -> None:
    """An error is told by the name of its class: its text may hold an address."""
    for place, extra in extras().items():
        assert extra.get("acton_error", "kind") in {"kind", "type(error).__name__"}, place


@virtual_time
async def test_a_retry_is_found_by_its_keys(caplog: pytest.LogCaptureFixture) -> None:
    """A handler reads what it is from the record, and not from its text."""
    caplog.set_level(logging.INFO, "asyncsdk")
    async with emulator() as server:
        server.faults.add(Reply.unavailable(), on="account.get")
        async with session(server, token=issued(server), retry=RetryPolicy(base=0.1)) as acton:
            await acton.account.get()
    (record,) = [each for each in caplog.records if vars(each).get("acton_event") == "retry"]
    assert vars(record)["acton_error"] == "ServerError"
    assert vars(record)["acton_method"] == "GET"
