"""Rows that are sent by themselves: one row's trouble is its own, and what every row would meet ends the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncsdk import DecodeError, NotFound
from asyncsdk.emulator import Emulator, Pass, Reply, Slow
from tests.support.leads import LIST, added_up, held, leads, people, writes
from tests.support.stage import outcome
from tests.support.virtual_time import virtual_time

ROUTE = "contacts.upsert"
NO_SUCH_CONTACT = Reply(400, {"errorCode": 10008, "message": "Invalid contact"})


def unknown_but_for(server: Emulator, other: Pass | Reply, every: int, times: int) -> None:
    """Of so many rows nobody knows what became of them, then comes another answer, and so on."""
    for _ in range(times):
        server.faults.add(Reply.broken_json(), on=ROUTE, times=every - 1)
        server.faults.add(other, on=ROUTE)


@pytest.mark.slow
@pytest.mark.parametrize("other", [Pass(), NO_SUCH_CONTACT], ids=["saved", "rejected"])
@virtual_time
async def test_unknown_rows_with_a_known_one_among_twenty_do_not_end_the_run(other: Pass | Reply) -> None:
    """Nineteen unknown rows and one whose fate is known, over and over: the run goes on to its end."""
    async with leads() as (server, acton):
        unknown_but_for(server, other, every=20, times=3)
        report = await acton.bulk.upsert(LIST, people(65), via="records")
        assert added_up(report)
        assert report.unknown + report.updated == 57, "no answer tells of them; the list may have been asked"
        assert report.created == (8 if isinstance(other, Pass) else 5)
        assert report.rejected == 8 - report.created


@virtual_time
async def test_twenty_unknown_rows_in_a_row_end_the_run() -> None:
    """After the twentieth no further row is begun: only those that are on their way come to an end."""
    async with leads() as (server, acton):
        server.faults.add(Pass(), on=ROUTE, times=10)
        server.faults.add(Reply.broken_json(), on=ROUTE, times=20)
        end = await outcome(acton.bulk.upsert(LIST, people(200), via="records"))
        assert isinstance(end, DecodeError)
        assert 30 <= writes(server) <= 30 + 15


@pytest.mark.slow
@virtual_time
async def test_sixteen_rows_are_under_way() -> None:
    """An answer may take three seconds: rows are begun meanwhile, so that the pace of five a second is kept."""
    async with leads() as (server, acton):
        server.faults.add(Slow(3.0), on=ROUTE, times=1000)
        report = await acton.bulk.upsert(LIST, people(80), via="records")
        assert report.created == 80
        times = [call.time for call in server.calls.of(ROUTE)]
        assert 79 / (times[-1] - times[0]) > 3.5


@virtual_time
async def test_a_list_that_is_gone_ends_the_run_at_once() -> None:
    """What every other row would meet, too, is no row's fault: the run ends with the server's words."""
    async with leads() as (server, acton):
        server.faults.add(Pass(), on=ROUTE, times=9)
        server.faults.add(Reply(404, {"errorCode": 10003, "message": "No such list"}), on=ROUTE, times=1000)
        end = await outcome(acton.bulk.upsert(LIST, people(100), via="records"))
        assert isinstance(end, NotFound)
        assert writes(server) <= 10 + 15
        assert len(held(server)) == 9


@virtual_time
async def test_a_row_that_is_rejected_comes_back_with_its_words_and_the_servers(tmp_path: Path) -> None:
    """Its number counts input rows from 1, cells that it does not have are empty, and the reason is Act-On's."""
    rows = [*people(5), {"email": "last@example.com", "City": "Oslo"}]
    async with leads() as (server, acton):
        server.faults.add(Pass(), on=ROUTE, times=5)
        server.faults.add(NO_SUCH_CONTACT, on=ROUTE)
        report = await acton.bulk.upsert(LIST, rows, via="records", journal=tmp_path / "j.db")
        assert (report.created, report.rejected) == (5, 1)
        (reject,) = report.rejects
        assert (reject.number, reject.reason) == (6, "Invalid contact")
        assert {name: cell for name, cell in reject.row.items() if cell} == rows[5]
        again = await acton.bulk.upsert(LIST, rows, via="records", journal=tmp_path / "j.db")
        assert list(again.rejects) == [reject]
