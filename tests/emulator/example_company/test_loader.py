"""The example company: it is there by one call, and the guides' lists and columns are in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import PasswordGrant, Session
from asyncsdk.emulator import Clock, Emulator, Settings
from asyncsdk.emulator.example_company import is_loaded
from asyncsdk.errors import InvalidArgument
from tests.emulator.driver import Raw

ROOT = Path(__file__).parents[3]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").glob("*.py"))]

HEADINGS = (
    r'data=\{"([^"]+)":',
    r'fields=\["([^"]+)"',
    r'fields=\["[^"]+", "([^"]+)"',
    r'--fields "([^"]+)"',
    r"--fields ([A-Z]\w+)",
    r'asyncsdk call \S+ l-0001 .*--data \'\{"([^"]+)":',
    r'--map "[^"=]+=([^"]+)"',
    r"printf '([A-Z][\w ]*),",
    r"printf '[A-Z][\w ]*,([\w ]+)\\n",
)
"""How the guides name columns of the list."""


def everything(server: Emulator) -> dict[str, list[Any]]:
    """The rows of every table."""
    store = server.platform.store
    names = store.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {name: store.all(" ".join(("SELECT * FROM", name))) for (name,) in names}


async def test_the_guides_lists_are_there() -> None:
    """Each list that a guide, the README or an example names is in the company."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in GUIDES)
    named = set(re.findall(r"\bl-[0-9a-f]{4}\b", text))
    async with Emulator() as server:
        server.load_example()
        assert named
        assert named <= set(server.list_ids().values())


async def test_the_guides_columns_are_there() -> None:
    """Each column that a guide reads or writes in ``l-0001`` is one of the list's, but those of other lists."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in GUIDES)
    named = {heading for pattern in HEADINGS for heading in re.findall(pattern, text)}
    async with Emulator() as server:
        server.load_example()
        assert {"Email", "First Name"} <= named
        assert named <= set(server.headings("l-0001"))


async def test_it_is_the_same_each_time() -> None:
    """Two emulators whose clocks tell the same have the same company, to the last row."""
    found = []
    for _ in range(2):
        async with Emulator(clock=Clock(lambda: 1_700_000_000.0)) as server:
            server.load_example()
            found.append(everything(server))
    assert found[0] == found[1]


async def test_its_times_go_by_the_clock(server: Emulator) -> None:
    """Nothing is later than the emulator's time, but what is scheduled; the clock stays where it was."""
    server.clock.advance(10_000_000)
    now = server.clock.milliseconds()
    server.load_example()
    assert (server.clock.milliseconds(), server.clock.ahead) == (now, 10_000_000)
    store = server.platform.store
    for query in (
        "SELECT min(created), max(modified) FROM records",
        "SELECT min(happened), max(happened) FROM happenings",
        "SELECT min(happened), max(happened) FROM events",
        "SELECT min(timestamp), max(timestamp) FROM suppressed",
        "SELECT min(accepted) * 1000, max(accepted) * 1000 FROM jobs",
    ):
        first, last = store.all(query)[0]
        assert now - 500 * 86_400_000 < first < last <= now, query


async def test_a_client_sees_a_company(server: Emulator) -> None:
    """Lists, opt-outs, messages with openings, events, orders, a segment and a job's rejects come by the API."""
    server.load_example()
    async with Session(grant=PasswordGrant(**server.credentials), base_url=server.url) as acton:
        sizes = {each.id: each.size async for each in acton.lists.all()}
        assert all(50 <= size <= 300 for size in sizes.values())
        found = await acton.contacts.find("l-0001", email="ada@example.com")
        assert found is not None
    platform = server.platform
    store = platform.store
    kinds = {str(kind) for (kind,) in store.all("SELECT DISTINCT type FROM message_types")}
    assert kinds == {"DRAFT", "TEMPLATE", "SENT", "SCHEDULED"}
    verbs = {str(verb) for (verb,) in store.all("SELECT DISTINCT verb FROM happenings")}
    assert {"SENT", "SUPPRESSED", "OPENED", "CLICKED", "BOUNCED", "OPT_OUT"} <= verbs
    states = [(entry.state, entry.rejected_file is not None) for entry in platform.jobs.entries()]
    assert ("done", True) in states
    assert ("failed", False) in states
    for table in ("suppressed", "events", "object_rows", "segment_contacts", "subscriptions"):
        assert store.all(" ".join(("SELECT count(*) > 3 FROM", table))) == [(1,)], table


async def test_every_address_is_one_of_examples(server: Emulator) -> None:
    """No address in it can be anybody's."""
    server.load_example()
    for list_id in server.list_ids().values():
        emails = [row[0] for row in server.rows(list_id)]
        assert len(set(emails)) == len(emails)
        assert all(re.fullmatch(r"[a-z.]+@example\.(com|org|net)", email) for email in emails)


async def test_what_is_scheduled_goes_out(server: Emulator, raw: Raw) -> None:
    """The scheduled message is sent when the clock comes to its time."""
    server.load_example()
    scheduled = "SELECT count(*) FROM message_types WHERE type = 'SCHEDULED'"
    assert server.platform.store.one(scheduled) == (1,)
    server.clock.advance(4 * 86_400)
    raw.bearer = server.issue_token()["access_token"]
    assert (await raw.get("/api/1/message")).status == 200
    assert server.platform.store.one(scheduled) == (0,)


async def test_it_is_loaded_once(server: Emulator) -> None:
    """Loading it a second time is an error and writes nothing; after a reset it can be loaded anew."""
    server.load_example()
    before = everything(server)
    with pytest.raises(InvalidArgument, match="reset the emulator"):
        server.load_example()
    assert everything(server) == before
    await server.reset()
    assert not is_loaded(server)
    server.load_example()
    assert everything(server) == before


async def test_a_list_in_its_place_is_kept(server: Emulator) -> None:
    """An account that has a list with one of its ids is left as it is, and told which list."""
    server.add_list("Mine", ["Email"])
    with pytest.raises(InvalidArgument, match="list l-0001, and so has the account"):
        server.load_example()
    assert server.list_ids() == {"Mine": "l-0001"}


async def test_an_account_without_senders_and_categories() -> None:
    """Settings that lack what the company would use are no obstacle."""
    async with Emulator(Settings(senders=(), categories=())) as server:
        server.load_example()
        assert is_loaded(server)


async def test_the_console_loads_it(server: Emulator, raw: Raw) -> None:
    """The console loads it once, and then says why not."""
    assert (await raw.call("POST", "/_emulator/example")).told == (200, {"loaded": True})
    assert is_loaded(server)
    status, told = (await raw.call("POST", "/_emulator/example")).told
    assert (status, "reset" in told["error"]) == (400, True)


@pytest.mark.parametrize("now", [0.0, 86400.0 * 90])
async def test_a_clock_that_begins_in_1970_is_told_to_move(now: float) -> None:
    """The company has a past, which such a clock has no times for; nothing of it is written."""
    async with Emulator(clock=Clock(lambda: now)) as server:
        with pytest.raises(InvalidArgument, match="move the clock ahead"):
            server.load_example()
        assert not any(everything(server).values())
        server.clock.advance(86400 * 1000)
        server.load_example()
