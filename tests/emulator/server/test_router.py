"""The emulator and the table."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import asyncsdk.emulator
from asyncsdk.api import TABLE
from asyncsdk.emulator.handlers import HANDLERS
from asyncsdk.emulator.http.request import ReceivedCall
from asyncsdk.emulator.server.router import Router

ROUTER = Router(TABLE.values())


@pytest.mark.parametrize("name", TABLE)
def test_every_route_has_a_handler(name: str) -> None:
    """A handler overrides the prototype and takes its parameters, in their order."""
    namespace, _, method = name.partition(".")
    handler = getattr(HANDLERS[namespace], method)
    assert not hasattr(handler, "route"), "still the client's own method"
    taken = list(inspect.signature(handler).parameters)[1:]
    assert taken == list(TABLE[name].signature.parameters)


@pytest.mark.parametrize("name", TABLE)
def test_every_route_is_found_by_its_path(name: str) -> None:
    """With what tells it apart from its like, a call finds its route."""
    route = TABLE[name]
    path = route.path
    for param in route.params:
        path = path.replace("{" + param.name + "}", "x-1")
    query = dict(route.fixed) | {param.wire: "x" for param in route.params if param.location == "query"}
    files = {param.wire: Path("x") for param in route.params if param.name == "file"}
    match = ROUTER.find(route.method, path + "/")
    assert match is not None
    if name == "subscriptions.categories":
        query = {}
    assert match.choose(ReceivedCall(query, files=files)).name == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/1/list/lookup", "contacts.lookup_cookie"),
        ("/api/1/list/hardbounce/", "lists.hard_bounces"),
        ("/api/1/list/spamcomplaint", "lists.spam_complaints"),
        ("/api/1/list/optout", "lists.opt_outs"),
        ("/api/1/list/rejectedUploadRecords", "lists.rejected_records"),
        ("/api/1/list/lookup/l-0001", "contacts.find"),
        ("/api/1/list/15959711/status", "lists.upload_status"),
        ("/api/1/list/l-0001", "lists.download"),
        ("/api/1/list/l-0001/record/l-0001%3A2", "contacts.get"),
    ],
)
def test_fixed_words_come_before_templates(path: str, name: str) -> None:
    """A word that the API keeps for itself is no list's id."""
    match = ROUTER.find("GET", path)
    assert match is not None
    assert match.routes[0].name == name


def test_it_imports_only_the_table_of_the_client() -> None:
    """No module of the emulator imports the client's limits, retries, tokens, transport or jobs."""
    own = Path(asyncsdk.emulator.__file__).parent
    allowed = {"api", "emulator", "files", "http", "models", "redaction", "routing"}
    for module in own.rglob("*.py"):
        imported = re.findall(r"(?:from|import) asyncsdk\.(\w+)", module.read_text())
        assert set(imported) - {"errors" if module == own / "validators.py" else ""} <= allowed, module
        assert not re.search(r"from asyncsdk import (?!api$)", module.read_text(), re.MULTILINE), module
