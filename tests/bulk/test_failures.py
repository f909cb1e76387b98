"""Trouble at every step: nothing is sent twice, nothing is guessed, and every row has an outcome."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from asyncsdk import ActOnError, Column, InvalidRequest
from asyncsdk.emulator import (
    Cut,
    ExpireToken,
    Fault,
    Hang,
    Pass,
    RejectRows,
    Reply,
    Slow,
)
from tests.support.leads import LIST, added_up, held, leads, people, writes
from tests.support.stage import outcome, session
from tests.support.virtual_time import virtual_time

LOST: dict[str, Fault] = {
    "cut after it was carried out": Cut("acted"),
    "cut in its answer": Cut("midway"),
    "never answered": Hang(acted=True),
    "a gateway's page": Reply.gateway_page(acted=True),
    "out of order": Reply.unavailable(acted=True),
    "half an answer": Reply.broken_json(),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", LOST.values(), ids=list(LOST))
@virtual_time
async def test_an_upload_whose_answer_was_lost_is_found_in_the_list(fault: Fault) -> None:
    """The list is asked which rows it holds, and the file is not sent again."""
    before = [["user1@example.com", "Old", "Oslo", "kept"]]
    async with leads(before) as (server, acton):
        server.faults.add(fault, on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert added_up(report)
        assert (report.created + report.updated, report.unknown, writes(server)) == (50, 0, 1)
        assert held(server)["user1@example.com"] == ["Ada 1", "Rome", "kept"]
        assert report.calls == len(server.calls)


@pytest.mark.slow
@virtual_time
async def test_a_file_whose_turn_comes_late_is_waited_for() -> None:
    """Rows that the list held before, with the same values, are no sign that the job is over."""
    before = [[row["email"], row["First Name"], row["City"], ""] for row in people(5)]
    async with leads(before, job_pending=3.5) as (server, acton):
        server.faults.add(Cut("acted"), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(3000), via="upload")
        assert (added_up(report), report.unknown, report.reasons) == (True, 0, ())
        assert report.created + report.updated == len(held(server)) == 3000


@pytest.mark.slow
@virtual_time
async def test_a_job_that_goes_on_while_the_list_is_read_makes_no_row_count_twice() -> None:
    """What appears between two readings is not counted by the second alone."""
    before = [[row["email"], row["First Name"], row["City"], ""] for row in people(5)]
    async with leads(before, job_pending=20.0) as (server, acton):
        server.faults.add(Cut("acted"), on="lists.merge")
        server.faults.add(Pass(), on="lists.download", times=4)
        server.faults.add(Slow(10.0), on="lists.download")
        report = await acton.bulk.upsert(LIST, people(3000), via="upload")
        assert (added_up(report), report.created + report.updated, report.unknown) == (True, 3000, 0)
        assert len(held(server)) == 3000


@pytest.mark.slow
@pytest.mark.parametrize("code", [10004, "10010"], ids=["the list is gone", "its columns are others"])
@virtual_time
async def test_what_is_not_the_rows_fault_ends_the_run(code: int | str, tmp_path: Path) -> None:
    """No row is rejected for it, few calls are spent on it, and the journal goes on once it is mended."""
    async with leads() as (server, acton):
        server.faults.add(Pass(), on="contacts.upsert", times=9)
        server.faults.add(Reply(400, {"errorCode": code, "message": "No"}), on="contacts.upsert", times=100)
        order = {"via": "records", "journal": tmp_path / "j.db"}
        ending = await outcome(acton.bulk.upsert(LIST, people(100), **order))
        assert isinstance(ending, InvalidRequest)
        assert writes(server) < 9 + 20
        server.faults.clear()
        report = await acton.bulk.upsert(LIST, people(100), **order)
        assert (report.created, report.rejected) == (100, 0)


@pytest.mark.parametrize("fault", [Hang(), Reply.unavailable()], ids=["hangs", "503"])
@virtual_time
async def test_an_upload_of_which_nobody_knows_is_sent_again(fault: Fault) -> None:
    """What the list does not show when its job should be over is sent again, in the same run."""
    async with leads() as (server, acton):
        server.faults.add(fault, on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.unknown, report.reasons) == (50, 0, ())
        assert (added_up(report), writes(server), len(held(server))) == (True, 2, 50)
        assert report.calls == len(server.calls)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Reply.throttled(), ExpireToken()], ids=["429", "401"])
@virtual_time
async def test_an_upload_that_was_surely_refused_is_sent_again_whole(fault: Fault) -> None:
    """The file is rewound, and arrives as it is."""
    async with leads() as (server, _), session(server) as acton:
        server.faults.add(fault, on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(2000), via="upload")
        assert (report.created, len(held(server)), writes(server)) == (2000, 2000, 2)


@virtual_time
async def test_a_stream_that_breaks_off_is_read_again() -> None:
    """Neither a cut in the file of rejects nor one in the list ends the run."""
    async with leads() as (server, acton):
        server.faults.add(Cut("midway"), on="lists.rejected_records")
        server.faults.add(RejectRows(lambda email: "user7@" in email), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.rejected, len(report.rejects)) == (49, 1, 1)
        await asyncio.sleep(600)
        server.faults.add(Cut("acted"), on="lists.merge")
        server.faults.add(Pass(), on="/api/1/list/*")
        server.faults.add(Cut("midway"), on="/api/1/list/*", times=2)
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.updated, report.unknown) == (1, 49, 0)


@virtual_time
async def test_rejected_rows_that_cannot_be_told_apart_are_counted_all_the_same() -> None:
    """Without Act-On's file of rejects the counts still add up, and the reason is told."""
    async with leads() as (server, acton):
        server.faults.add(Reply(400, {}), on="lists.rejected_records")
        server.faults.add(RejectRows(lambda email: "7" in email), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.rejected, len(report.rejects), added_up(report)) == (45, 5, 0, True)
        assert "file of rejected rows cannot be had" in report.reasons[0]


@virtual_time
async def test_a_file_of_rejects_that_names_others_too_condemns_nobody() -> None:
    """Where more rows fit it than were rejected, none is taken for rejected by name."""
    columns = (Column("E-mail Address", "EMAIL"), Column("Boss"))
    rows = [{"email": f"user{n}@example.com", "Boss": f"user{n // 10}@example.com"} for n in range(50)]
    async with leads(columns=columns) as (server, acton):
        body = "Row,Address,Boss,Why\n44,user43@example.com,user4@example.com,no such domain\n"
        server.faults.add(Reply(200, body.encode(), content_type="text/csv"), on="lists.rejected_records")
        server.faults.add(RejectRows(lambda email: "43" in email), on="lists.merge")
        report = await acton.bulk.upsert(LIST, rows, via="upload")
        assert (report.created, report.rejected, len(report.rejects)) == (49, 1, 0)
        assert "could not be told apart" in report.reasons[0]


@virtual_time
async def test_rows_that_a_finished_job_counts_as_failed_have_a_reason() -> None:
    """What Act-On counts as failed is not left without a word."""
    details = {"appendCount": 40, "updateCount": 0, "rejectedCount": 0, "failedCount": 10}
    async with leads() as (server, acton):
        body = {"status": "success", "jobDetails": json.dumps(details), "details": details}
        server.faults.add(Reply(200, body), on="lists.upload_status")
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created, report.failed, report.unknown) == (40, 10, 0)
        assert "10 rows as failed" in report.reasons[0]


@virtual_time
async def test_rows_that_a_finished_job_does_not_count_are_looked_for() -> None:
    """Those that the list shows are saved, the others are sent again; rejects stay what they are."""
    details = {"appendCount": 40, "updateCount": 0, "rejectedCount": 1, "failedCount": 0, "rejectLink": "r-1"}
    async with leads() as (server, acton):
        body = {"status": "success", "jobDetails": json.dumps(details), "details": details}
        server.faults.add(Reply(200, body), on="lists.upload_status")
        server.faults.add(RejectRows("user7@example.com"), on="lists.merge", times=9)
        report = await acton.bulk.upsert(LIST, people(50), via="upload")
        assert (report.created + report.updated, report.rejected, report.unknown) == (49, 1, 0)
        assert (added_up(report), len(held(server))) == (True, 49)


@pytest.mark.parametrize(
    ("fault", "counts"),
    [
        (Cut("acted"), (29, 1, 0, 0)),
        (Reply.unavailable(), (30, 0, 0, 0)),
        (Reply(400, {"errorCode": 10008, "message": "Invalid contact"}), (29, 0, 1, 0)),
        (Reply.broken_json(), (29, 1, 0, 0)),
    ],
    ids=["cut", "503", "refused", "half an answer"],
)
@virtual_time
async def test_one_record_in_trouble_leaves_the_others_alone(fault: Fault, counts: tuple[int, ...]) -> None:
    """Calls are repeated where that is right; what cannot be saved or known is one row's outcome."""
    async with leads() as (server, acton):
        server.faults.add(fault, on="contacts.upsert")
        report = await acton.bulk.upsert(LIST, people(30), via="records")
        assert (report.created, report.updated, report.rejected, report.unknown) == counts
        assert report.calls == len(server.calls)
        assert added_up(report)


@virtual_time
async def test_an_unknown_record_is_sent_again_by_the_next_run(tmp_path: Path) -> None:
    """A single row does no harm when it is sent twice, so that a run that stopped resolves it."""
    async with leads() as (server, acton):
        server.faults.add(Reply.broken_json(), on="contacts.upsert")
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="contacts.upsert")
        assert isinstance(
            await outcome(acton.bulk.upsert(LIST, people(30), via="records", journal=tmp_path / "j")), ActOnError
        )
        report = await acton.bulk.upsert(LIST, people(30), via="records", journal=tmp_path / "j")
        assert (report.created, report.updated, report.unknown) == (29, 1, 0)


@virtual_time
async def test_a_server_that_is_gone_ends_the_run() -> None:
    """When nobody knows what became of twenty rows in a row, the others are not tried."""
    async with leads() as (server, acton):
        server.faults.add(Reply.broken_json(), on="contacts.upsert", times=1000)
        assert isinstance(await outcome(acton.bulk.upsert(LIST, people(300), via="records")), ActOnError)
        assert writes(server) < 60


@pytest.mark.slow
@virtual_time
async def test_a_large_file_that_broke_off_is_sent_again() -> None:
    """As long as its last bytes have not left, Act-On cannot have taken it: it is sent again, whole."""
    rows = [{**row, "Note": "x" * 3000} for row in people(1000)]
    async with leads() as (server, acton):
        server.faults.add(Cut("arrival"), on="lists.merge", times=2)
        report = await acton.bulk.upsert(LIST, rows, via="upload")
        assert (report.created, added_up(report), writes(server)) == (1000, True, 3)
