"""Laws of a queue in Redis: whatever is done in any order, what was put and not completed is there in order."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncsdk.fleet.queue_journal.changes import PIECE_BYTES, PIECE_PARTS, Change, Command, in_pieces
from asyncsdk.fleet.queue_journal.codec import TermClock, id_of, number_of, put_micros
from asyncsdk.fleet.queue_journal.stream_journal import StreamJournal
from asyncsdk.fleet.queue_journal.stream_lead import StreamLead
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.results import PutOutcome
from tests.fleet.queue_journal.processes import Processes, entry, report_of, sent, written

STEPS = [
    "put",
    "put",
    "put",
    "news",
    "news",
    "sending",
    "accepted",
    "unsent",
    "saved",
    "given up",
    "dead",
    "emptied",
]


class Model:
    """What must hold of a queue, beside what Redis holds.

    Args:
        processes: those that share it.
    """

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._unread: list[int] = []
        self._rows: dict[int, JournalRow] = {}
        """What the sender has read, and not completed."""

        self._marks: dict[int, str | None] = {}
        """The jobs of the rows that are on their way."""

        self._unsaved: set[int] = set()
        self._puts = 0

    async def begin(self) -> None:
        """Open it in a process, and in another one that has the lead."""
        self._journal: StreamJournal = await self._processes.new()
        self._lead: StreamLead = await self._processes.lead_of(await self._processes.new())
        await self.check()

    async def step(self, name: str, which: int) -> None:
        """Do something, in most cases with one of the rows that the sender has."""
        if name in {"put", "news", "dead", "emptied"}:
            await {"put": self._put, "news": self._news, "dead": self._die, "emptied": self._empty}[name]()
        elif self._rows:
            number = sorted(self._rows)[which % len(self._rows)]
            await self._change(name, number)

    async def check(self) -> None:
        """The sender that begins finds exactly what was not completed, in the order in which it was put."""
        contents = await self._lead.contents()
        assert [row.number for row in contents.rows] == sorted([*self._rows, *self._unread])
        assert {row.number: row.job_id for row in contents.rows if row.was_sent} == self._marks
        assert {number for number, _ in contents.unsaved} == self._unsaved
        for row in contents.rows:
            known = self._rows.get(row.number, row)
            assert (row.email, row.cells) == (known.email, known.cells)
            assert row.put_at == pytest.approx(known.put_at, abs=0.5)
        assert (await self._journal.look(())).rows == len(contents.rows)
        self._rows = {row.number: row for row in contents.rows}
        self._unread = []

    async def _put(self) -> None:
        self._puts += 1
        ticket = await self._journal.append(entry(f"p{self._puts % 3}", Score=str(self._puts)), awaited=False)
        assert ticket is not None
        assert ticket > max([0, *self._rows, *self._unread])
        self._unread.append(ticket)

    async def _news(self) -> None:
        rows = (await self._lead.news()).rows
        assert [row.number for row in rows] == self._unread
        self._rows |= {row.number: row for row in rows}
        self._unread = []

    async def _change(self, name: str, number: int) -> None:
        row, until = self._rows[number], time.time() + 60
        if name == "sending":
            await self._lead.mark_sending([number], until)
            self._marks[number] = None
        elif name == "accepted":
            self._lead.mark_accepted([number], f"job-{number}", until)
            self._marks[number] = f"job-{number}"
        else:
            self._marks.pop(number, None)
            if name == "unsent":
                self._lead.mark_unsent([number])
                return
            del self._rows[number]
            if name == "saved":
                self._lead.saved(sent(row), PutOutcome("updated"))
            else:
                self._unsaved.add(self._lead.give_up(sent(row), report_of(row)))

    async def _die(self) -> None:
        await written(self._lead)
        self._lead = await self._processes.taken_from_its_holder(self._journal)
        await self.check()

    async def _empty(self) -> None:
        await self._news()  # what the sender has not read would be lost
        await written(self._lead)
        await self._processes.redis.delete(*self._processes.keys.all)
        await self._news()


@pytest.mark.slow
@settings(max_examples=60)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 30)), max_size=30))
def test_what_is_not_completed_is_there(redis_url: str, steps: list[tuple[str, int]]) -> None:
    """Nothing is read twice, nothing lost, nothing changes its order, whoever dies, also if Redis is emptied."""

    async def play() -> None:
        async with Processes(redis_url, f"test-{uuid4().hex[:12]}") as processes:
            model = Model(processes)
            await model.begin()
            for name, which in steps:
                await model.step(name, which)
            await model.step("dead", 0)

    asyncio.run(play())


COMMANDS = st.integers(1, 5_000).map(lambda parts: ("HSET", 1, *["x"] * parts))


@pytest.mark.slow
@given(st.lists(st.lists(COMMANDS, max_size=4), max_size=8))
def test_changes_are_cut_into_pieces(changes: list[list[Command]]) -> None:
    """All commands are in the pieces, in their order; none is longer than it must be, and each change ends once."""
    made = [Change(commands) for commands in changes]
    ended: list[Change] = []
    commands: list[tuple[object, ...]] = []
    for ends, arguments in in_pieces(made):
        ended += ends
        at, number = 0, 0
        while at < len(arguments):
            size = int(arguments[at])
            commands.append(tuple(arguments[at + 1 : at + 1 + size]))
            at, number = at + 1 + size, number + 1
        assert number == 1 or (
            len(arguments) <= PIECE_PARTS + number and len("".join(map(str, arguments))) <= PIECE_BYTES
        )
    assert [id(change) for change in ended] == [id(change) for change in made]
    assert commands == [command for change in changes for command in change]


@given(st.integers(10**12, 4 * 10**12), st.integers(0, (1 << 20) - 1), st.floats(-1e7, 1e7))
def test_numbers_and_times_are_those_of_redis(milliseconds: int, sequence: int, ahead: float) -> None:
    """A number is an id and back; a time that is written again stays the same: no older row becomes newer."""
    row_id = f"{milliseconds}-{sequence}"
    assert id_of(number_of(row_id)) == row_id
    time_of_term, micros = TermClock(ahead), put_micros(number_of(row_id))
    assert micros == milliseconds * 1_000
    assert time_of_term.micros(time_of_term.wall(micros)) == micros
