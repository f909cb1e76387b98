"""Pickling: reports and errors travel between the processes of a job queue; what cannot travel says so."""

from __future__ import annotations

import base64
import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict, evolve

from asyncsdk import CLEAR, BulkProgress, BulkReport, ReportUnwritten, StoreFailed
from asyncsdk.uploads.rejects import Rejects
from tests.support.leads import LIST, leads, people
from tests.support.virtual_time import virtual_time

ROWS = [*people(3), {"email": "nobody", "City": CLEAR}, {"email": "no one", "First Name": "Zoë"}]


def again(thing: Any) -> Any:
    """What another process gets."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


def counts(report: BulkReport) -> dict[str, Any]:
    """All of a report but its rejects, which are compared one by one."""
    return {name: value for name, value in asdict(report, recurse=False).items() if name != "rejects"}


@virtual_time
async def test_a_report_is_pickled_with_its_rejects(tmp_path: Path) -> None:
    """Its counts, its rejected rows, and what is written of them are the same."""
    async with leads() as (_, acton):
        report = await acton.bulk.upsert(LIST, ROWS, journal=tmp_path / "j.db")
        plan = await acton.bulk.plan(LIST, ROWS)
    for there in (again(report), copy.copy(report), copy.deepcopy(report), again(again(report))):
        assert counts(there) == counts(report)
        assert list(there.rejects) == list(report.rejects)
        there.write_rejects(tmp_path / "there.csv")
        report.write_rejects(tmp_path / "here.csv")
        assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert again(plan) == plan == copy.deepcopy(plan)


@virtual_time
async def test_an_error_that_has_a_report_is_pickled_with_it(tmp_path: Path) -> None:
    """The report comes along."""
    folder = tmp_path / "folder"
    folder.mkdir()

    def remove_folder(progress: BulkProgress) -> None:
        if progress.stage == "finished":
            folder.rmdir()

    async with leads() as (_, acton):
        with pytest.raises(ReportUnwritten) as caught:
            await acton.bulk.upsert(LIST, ROWS, rejects=folder / "r.csv", on_progress=remove_folder)
    for there in (again(caught.value), copy.deepcopy(caught.value)):
        assert (type(there), str(there)) == (ReportUnwritten, str(caught.value))
        assert counts(there.report) == counts(caught.value.report)
        assert len(there.report.rejects) == 2


@virtual_time
async def test_rejects_that_are_too_many_say_that_they_stayed(tmp_path: Path) -> None:
    """The first come along; that others did not is said, and a file of some of them is never taken for all."""
    async with leads() as (_, acton):
        report = await acton.bulk.upsert(LIST, ROWS)
    few = Rejects(pickled=1)
    few.add_all_of(report.rejects)
    there = again(again(evolve(report, rejects=few)))
    assert (there.rejected, len(there.rejects), there.rejects.left_behind) == (2, 1, 1)
    assert there.rejects[0] == report.rejects[0]
    assert repr(there.rejects) == "<1 rejected rows, and 1 that were left behind>"
    with pytest.raises(StoreFailed, match="1 rejected rows were left behind"):
        there.write_rejects(tmp_path / "r.csv")
    assert not (tmp_path / "r.csv").exists()
    assert len(copy.deepcopy(report).rejects) == 2


PICKLED_BEFORE = (
    "fCQC!0RR910001t6k&6DZew#~Yc67SY-=uZWpHnDbd-z=LUn9wQe|*&a&(lFlqrFfeUvDS1afb8bCgR0j0a<KWnpw>WRyz*j0bgaWMOn="
    "WRyz)j0SCGa%W{^luH1N2y$g=Wn*+@WRyz*j0R?5X>4U=luH1N2X$_1Zf|#PluH1N1!G}sY;%-L0*nW9Wn*t{WOI~9Kj7*tJ;MM1j0bXM"
    "YGq?|bCir7VRLzIV{>F{E@E|TYc6YLWpHV3XD)JOYGq?|bCiq<Uv+M9X=7__Wn`3-lwFi4O9G50dm=?`VQFk4Iv^r$Z(?s`c_J(zB136("
    "c_KO>TOvbDML|*`U44{{5@~I4Z*y~LVr*p~VPs@-Wpi_sPIQ!EO8|zHQk0Adb#7y5VQyz-WRyz)j0bXMVRLV8bCfBJ2V-w+b!~2Ql#B&M"
    "ZDDC_l#B#JX>@s%hLns5Wo~0{WNB_^l#B&+bY?9$l#B^;WpH6~VRUbDl#Br^lyzb*"
)
"""A report of version 0.1, in base85."""


def test_a_report_that_an_earlier_version_has_pickled_is_read() -> None:
    """Job queues keep results for weeks: those from before an update have their counts and rejects after it."""
    report = pickle.loads(base64.b85decode(PICKLED_BEFORE))  # noqa: S301 - our own
    assert isinstance(report, BulkReport)
    assert (report.rows, report.created, report.rejected) == (2, 1, 1)
    assert [(each.number, dict(each.row), each.reason) for each in report.rejects] == [
        (2, {"Email": "nobody", "City": CLEAR}, "impossible address")
    ]
