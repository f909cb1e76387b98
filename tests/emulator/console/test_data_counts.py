"""Counts of the data in the overview of the console's JSON."""

from __future__ import annotations

from asyncsdk.emulator import Emulator
from asyncsdk.emulator.state.messages import Content, MessageRepository
from asyncsdk.emulator.state.transactional import TransactionalRepository
from tests.emulator.console.client import ConsoleClient
from tests.emulator.custom_data import made
from tests.emulator.driver import Raw

NOTHING = dict.fromkeys(
    (
        "lists",
        "records",
        "hard_bounces",
        "spam_complaints",
        "opt_outs",
        "jobs",
        "messages",
        "transactional",
        "events",
        "custom_objects",
    ),
    0,
)


async def test_a_new_account_has_nothing(console: ConsoleClient) -> None:
    """Every count is there from the beginning, and 0."""
    assert (await console.get("/overview"))["data"] == NOTHING


async def test_everything_is_counted(server: Emulator, console: ConsoleClient, raw: Raw) -> None:
    """Each kind by itself; a list that its job still makes is counted once the job is done."""
    server.add_list("A", ["Email"], [["a"], ["b"]])
    server.add_hard_bounce("a@example.com")
    server.add_opt_out("a@example.com")
    server.add_opt_out("b@example.com")
    messages = server.platform.repository(MessageRepository)
    messages.remove(messages.add("draft", Content()))
    messages.add("draft", Content())
    server.platform.repository(TransactionalRepository).add("t-0001", "a@example.com", {})
    server.platform.events.add(server.platform.events.make_set("Shop"), "a@example.com", "X", 0, "", "")
    await made(raw)
    expected = {
        **NOTHING,
        "lists": 1,
        "records": 2,
        "hard_bounces": 1,
        "opt_outs": 2,
        "messages": 1,
        "transactional": 1,
        "events": 1,
        "custom_objects": 1,
    }
    assert (await console.get("/overview"))["data"] == expected
    submitted = await raw.create("Email,First Name\nada@example.com,Ada\n")
    assert (await console.get("/overview"))["data"] == {**expected, "jobs": 1}
    await raw.done(submitted)
    assert (await console.get("/overview"))["data"] == {**expected, "jobs": 1, "lists": 2, "records": 3}
