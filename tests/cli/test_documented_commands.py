"""The commands that the documents show do their work: each is run by its page's words."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from asyncsdk import Session
from asyncsdk.fleet import Fleet
from tests.cli.conftest import Run
from tests.cli.served import Served, served
from tests.docs.commands import command_lines
from tests.docs.documents import DOCUMENTS, name_of
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow

BEGINNING: Final = "asyncsdk "

NOT_RUN: Final = {
    "asyncsdk emulator": "it serves until it is stopped; test_processes.py starts it",
    "asyncsdk fleet dead-letters leads --drop": "the dead letter is not here; test_fleet_tasks.py drops one",
    "asyncsdk fleet dead-letters leads --retry": "the same",
    "asyncsdk lists |": "it names several commands; each has tests of its own",
    "asyncsdk login": "somebody has to sign in with a browser; test_login.py does what the browser does",
    "asyncsdk logout": "nobody is signed in; test_login.py signs in and out",
    "asyncsdk whoami": "the same",
}
"""What cannot run here, and why. This may only become shorter."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Served]:
    """One for these tests alone, in which the list ``l-0001`` has the columns of the file."""
    with served() as running:
        assert running.new_list("Email", "First Name") == "l-0001"
        yield running


def commands_of(document: Path) -> list[str]:
    """The commands of a document that are run here."""
    shown = command_lines(document)
    return [each for each in shown if each.startswith(BEGINNING) and not each.startswith(tuple(NOT_RUN))]


def test_what_is_not_run_is_in_the_documents() -> None:
    """No reason outlives its command, and none is new."""
    shown = [command for document in DOCUMENTS for command in command_lines(document)]
    assert all(any(command.startswith(each) for command in shown) for each in NOT_RUN)
    assert len(NOT_RUN) <= 7


async def sign_up(url: str) -> None:
    """Do what a web application does that shares the account: it makes a call, and keeps its queue in Redis."""
    async with (
        Session.from_env() as acton,
        Fleet.from_url(url) as fleet,
        acton.contacts.queue("l-0001", journal=fleet.queue_journal("sign-ups")) as queue,
    ):
        await queue.put("grace@example.com")


@pytest.mark.parametrize("document", [each for each in DOCUMENTS if commands_of(each)], ids=name_of)
def test_the_commands_of_a_page(
    document: Path,
    environment: Served,
    run: Run,
    own_servers: OwnServers,
    account: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each ends well, in the order of the page, in a folder with a file of contacts, with an account in Redis."""
    url = own_servers(options=("--appendonly", "yes")).url
    monkeypatch.setenv("ACTON_REDIS_URL", url)
    monkeypatch.setenv("ACTON_ACCOUNT", account)
    monkeypatch.chdir(tmp_path)
    for place in ("leads.csv", "data/leads.csv"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("Email,First Name\nada@example.com,Ada\n", encoding="utf-8")
    (tmp_path / "sign-ups").mkdir()
    asyncio.run(sign_up(url))
    for command in commands_of(document):
        words = shlex.split(command.removeprefix(BEGINNING).replace(" /data/", f" {tmp_path}/data/"))
        ended = run(*words)
        assert ended.code == 0, (command, ended)
