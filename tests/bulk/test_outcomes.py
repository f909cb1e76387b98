"""Every row of the input has one outcome, and the list says so."""

from __future__ import annotations

from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest

from asyncsdk import CLEAR, BulkProgress, Limits, ReportUnwritten, StoreFailed
from asyncsdk.emulator import RejectRows
from tests.support.leads import LIST, added_up, held, leads, names_in, people, writes
from tests.support.stage import emulator, issued, session
from tests.support.virtual_time import virtual_time

WAYS = pytest.mark.parametrize("via", ["records", "upload"])

MIXED = [
    {"email": "old@example.com", "First Name": "Ada", "City": None},
    {"email": "new@example.com", "City": "Oslo"},
    {"email": " NEW@example.com ", "First Name": "Grace"},
    {"email": "new@example.com", "City": "Bern"},
    {"email": "nobody", "City": "Oslo"},
    {"email": "", "City": "Oslo"},
    {"City": "Oslo"},
    {"email": "bytes@example.com", "City": b"Oslo"},
    {"email": "nested@example.com", "City": ["Oslo"]},
    {"email": "half@example.com", "City": "\ud800"},
    {"email": "huge@example.com", "City": 10**5000},
    {"email": "two@example.com\nlines@example.com"},
    {"email": "\u200bunseen@example.com"},
    {"email": "gone@example.com", "City": CLEAR},
]


@WAYS
@virtual_time
async def test_rows_are_created_updated_merged_and_rejected(via: str) -> None:
    """Each way gives the same counts and the same list: the last value of each column counts, CLEAR erases."""
    before = [["old@example.com", "Old", "Rome", "kept"], ["gone@example.com", "Old", "Rome", "kept"]]
    async with leads(before) as (server, acton):
        report = await acton.bulk.upsert(LIST, MIXED, via=via)
        assert added_up(report)
        assert (report.created, report.updated, report.merged, report.rejected) == (1, 2, 2, 9)
        assert not report.all_saved
        assert held(server) == {
            "old@example.com": ["Ada", "Rome", "kept"],
            "new@example.com": ["Grace", "Bern", ""],
            "gone@example.com": ["Old", "", "kept"],
        }
        assert report.calls == len(server.calls)


@WAYS
@virtual_time
async def test_rejected_rows_come_back_with_their_numbers_their_words_and_a_reason(via: str) -> None:
    """Rejects are joined to the input, whatever was wrong with them."""
    async with leads() as (_, acton):
        rejects = (await acton.bulk.upsert(LIST, MIXED, via=via)).rejects
        assert [reject.number for reject in rejects] == [5, 6, 7, 8, 9, 10, 11, 12, 13]
        assert rejects[0].row == {"email": "nobody", "First Name": None, "City": "Oslo"}
        assert rejects[5].row["City"] == "\ud800"
        assert [reject.reason for reject in rejects[:3]] == ["impossible address", "no address", "no address"]
        assert "bytes" in rejects[3].reason
        assert "list" in rejects[4].reason


@virtual_time
async def test_the_file_of_rejects_can_be_corrected_and_fed_back(tmp_path: Path) -> None:
    """It has the input's own columns, encoding and separator, so that the same call takes it."""
    source, rejects, again = (tmp_path / name for name in ("in.csv", "rejects.csv", "again.csv"))
    source.write_text('email;City\nada;Zürich\ngrace@example.com;Bern\nalan;"a;""b""\n"\n', encoding="latin-1")
    form = {"separator": ";", "encoding": "latin-1"}
    async with leads() as (server, acton):
        report = await acton.bulk.upsert(LIST, source, rejects=rejects, **form)
        assert (report.created, report.rejected) == (1, 2)
        text = rejects.read_text(encoding="latin-1")
        assert text.splitlines()[0] == "email;City"
        rejects.write_text(
            text.replace("ada;", "ada@example.com;").replace("alan;", "alan@example.com;"), "latin-1"
        )
        report = await acton.bulk.upsert(LIST, rejects, rejects=again, **form)
        assert (report.created, report.rejected) == (2, 0)
        assert again.read_text(encoding="latin-1").strip() == "email;City"
        assert held(server)["ada@example.com"] == ["", "Zürich", ""]
        assert held(server)["alan@example.com"][1].startswith('a;"b"')


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
@virtual_time
async def test_the_file_of_rejects_keeps_the_byte_order_mark(mark: bytes, tmp_path: Path) -> None:
    """A spreadsheet that needs the mark in the input needs it in the rejects; elsewhere there is none."""
    (tmp_path / "in.csv").write_bytes(mark + "email,City\nada,Zürich\n".encode())
    async with leads() as (_, acton):
        await acton.bulk.upsert(LIST, tmp_path / "in.csv", rejects=tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_bytes() == mark + "email,City\r\nada,Zürich\r\n".encode()


@virtual_time
async def test_rejects_that_cannot_be_written_cost_no_report(tmp_path: Path) -> None:
    """ReportUnwritten has the report; the file that was there before is as it was, and nothing lies beside it."""
    (tmp_path / "rejects.csv").write_text("before")
    unlimited = getrlimit(RLIMIT_FSIZE)

    def fill_up(progress: BulkProgress) -> None:
        if progress.stage == "finished":
            setrlimit(RLIMIT_FSIZE, (0, unlimited[1]))

    async with leads() as (_, acton):
        try:
            with pytest.raises(ReportUnwritten, match=r"rejects\.csv cannot be used") as caught:
                await acton.bulk.upsert(LIST, MIXED, rejects=tmp_path / "rejects.csv", on_progress=fill_up)
        finally:
            setrlimit(RLIMIT_FSIZE, unlimited)
    assert (caught.value.report.rejected, added_up(caught.value.report)) == (9, True)
    assert (tmp_path / "rejects.csv").read_text() == "before"
    assert names_in(tmp_path) == ["rejects.csv"]


@virtual_time
async def test_no_room_for_temporary_files_sends_nothing() -> None:
    """StoreFailed names their folder; no row was sent."""
    unlimited = getrlimit(RLIMIT_FSIZE)
    async with leads() as (server, acton):
        setrlimit(RLIMIT_FSIZE, (10_000, unlimited[1]))
        try:
            with pytest.raises(StoreFailed, match=r"folder for temporary files"):
                await acton.bulk.upsert(LIST, people(5000))
        finally:
            setrlimit(RLIMIT_FSIZE, unlimited)
        assert writes(server) == 0


@virtual_time
async def test_rows_that_the_server_rejects_come_back_too(tmp_path: Path) -> None:
    """Act-On's own file of rejects is joined to the input by the address."""
    rows = people(50)
    async with leads() as (server, acton):
        server.faults.add(RejectRows(lambda email: "user7@" in email), on="lists.merge")
        report = await acton.bulk.upsert(LIST, rows, via="upload", rejects=tmp_path / "rejects.csv")
        assert added_up(report)
        assert (report.created, report.rejected) == (49, 1)
        assert [(reject.number, reject.row) for reject in report.rejects] == [(8, rows[7])]
        assert (tmp_path / "rejects.csv").read_text().split() == [
            "email,First",
            "Name,City",
            "user7@example.com,Ada",
            "7,Rome",
        ]


@virtual_time
async def test_rows_that_clear_alike_travel_in_a_file_of_their_own() -> None:
    """Many rows that clear the same column take one more upload, and touch no other column."""
    before = [[f"user{n}@example.com", "Old", "Rome", "kept"] for n in range(100)]
    rows = [{**row, "City": CLEAR} if n % 2 else row for n, row in enumerate(people(100))]
    async with leads(before) as (server, acton):
        report = await acton.bulk.upsert(LIST, rows, via="upload")
        assert (report.updated, report.created) == (100, 0)
        assert writes(server) == 2
        assert held(server)["user1@example.com"] == ["Ada 1", "", "kept"]
        assert held(server)["user2@example.com"] == ["Ada 2", "Rome", "kept"]


@pytest.mark.slow
@virtual_time
async def test_files_are_split_under_the_upload_limit() -> None:
    """However small the limit is, all rows arrive, and no file part is longer."""
    async with emulator(upload_bytes=1500) as server:
        server.add_list("Leads", ["E-mail Address", "First Name", "City"], list_id=LIST)
        async with session(server, token=issued(server), limits=Limits(upload_bytes=1500)) as acton:
            plan = await acton.bulk.plan(LIST, people(200), via="upload")
            report = await acton.bulk.upsert(LIST, people(200), via="upload")
        assert (report.created, plan.files) == (200, len(server.calls.of("lists.merge")))
        assert plan.files > 4


@virtual_time
async def test_nothing_is_done_for_no_rows(tmp_path: Path) -> None:
    """An input without rows takes the call that reads the columns, and the first journal one for whose it is."""
    (tmp_path / "in.csv").write_text("email,City\n")
    async with leads() as (server, acton):
        for rows, calls in (([], 2), (tmp_path / "in.csv", 1)):
            report = await acton.bulk.upsert(LIST, rows, journal=tmp_path / f"{calls}.db")
            assert (report.rows, report.calls, added_up(report)) == (0, calls, True)
        assert writes(server) == 0
