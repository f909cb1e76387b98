"""A queue belongs to the event loop that it was opened in; its reports go anywhere."""

from __future__ import annotations

import asyncio
import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from asyncsdk import CLEAR, InvalidRequest, Session
from asyncsdk.emulator import Emulator
from asyncsdk.queue import (
    PutOutcome,
    QueueReport,
    RowsUnsaved,
    UnsavedRow,
    WrongLoop,
)
from tests.queue.stage import HEADINGS
from tests.support.stage import outcome

KEEPS = """
import asyncio, sys
from asyncsdk import ActOnError, Session
from asyncsdk.emulator import Emulator
from asyncsdk.queue import WrongLoop

async def opens():
    server = Emulator()
    async with server:
        server.add_list("Leads", ["Email"], list_id="l-0001")
        acton = Session(token=server.issue_token()["access_token"], base_url=server.url)
        await acton.open()
        queue = acton.contacts.queue("l-0001", journal=sys.argv[1], max_age=600.0)
        await queue.open()
        await queue.put("p0@example.com")
        return acton, queue

async def uses(queue):
    for call in (queue.put("p1@example.com"), queue.flush(), queue.close()):
        try:
            await asyncio.wait_for(call, 60)
        except WrongLoop as error:
            print(error)
    try:
        queue.report()
    except WrongLoop as error:
        print(error)

async def goes_on():
    async with Emulator() as server:
        leads = server.add_list("Leads", ["Email"], list_id="l-0001")
        async with Session(token=server.issue_token()["access_token"], base_url=server.url) as acton:
            async with acton.contacts.queue(leads, journal=sys.argv[1]) as later:
                print("left", len(later))
        print("saved", len(server.rows(leads)))

acton, queue = asyncio.run(opens())
asyncio.run(uses(queue))
try:
    queue.report()
except WrongLoop as error:
    print(error)
asyncio.run(goes_on())
"""


@pytest.mark.slow
def test_a_queue_kept_between_two_loops_says_so(tmp_path: Path) -> None:
    """All that it can be asked for ends in a sentence, and another queue goes on with its journal."""
    command = [sys.executable, "-c", KEEPS, str(tmp_path / "queue.journal")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)  # noqa: S603 - ours
    told = ended.stdout.splitlines()
    assert len(told) == 7
    for line in told[:5]:
        assert line.startswith("This queue was opened in another event loop, which has ended.")
    assert told[5:] == ["left 1", "saved 1"]


async def test_another_threads_loop_is_refused_at_once(acton: Session, acton_server: Emulator) -> None:
    """A put from a thread raises there and queues nothing; the queue goes on."""
    leads = acton_server.add_list("Leads", HEADINGS)
    async with acton.contacts.queue(leads, max_age=0.1) as queue:
        error = await asyncio.to_thread(asyncio.run, outcome(queue.put("p1@example.com")))
        assert isinstance(error, WrongLoop)
        assert "another thread" in str(error)
        assert (await queue.put("p2@example.com", wait=True)).saved
        assert queue.report().puts == 1
    assert queue.report().puts == 1


def report() -> QueueReport:
    """One with everything in it."""
    rows = (UnsavedRow("p1@example.com", {"Score": "1", "First Name": CLEAR}, "rejected", "bad"),)
    trouble = InvalidRequest("bad", status=400)
    return QueueReport(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0.5, trouble, 12, rows, 13)


def pickled(value: object) -> object:
    """What comes out on the other side."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - ours


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, pickled])
def test_what_a_queue_tells_can_be_copied_and_pickled(clone: object) -> None:
    """A task may return it: nothing is changed, and a cell that erases is still known as that."""
    assert callable(clone)
    given = report()
    told = clone(given)
    assert (told.puts, told.unsaved, told.unsaved_more) == (given.puts, given.unsaved, given.unsaved_more)
    assert told.unsaved[0].data["First Name"] is CLEAR
    assert (type(told.trouble), str(told.trouble)) == (InvalidRequest, str(given.trouble))
    error = clone(RowsUnsaved(given))
    assert isinstance(error, RowsUnsaved)
    assert error.report.unsaved == given.unsaved
    assert str(error) == str(RowsUnsaved(given))
    assert clone(PutOutcome("failed", "no room")) == PutOutcome("failed", "no room")
