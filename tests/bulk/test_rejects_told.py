"""Reasons of rejected rows: Act-On's words reach the caller."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import RejectRows, Reply
from tests.support.leads import LIST, added_up, leads, people
from tests.support.virtual_time import virtual_time


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("E-mail Address,City,Why\nuser7@example.com,Rome,no such domain\n", "no such domain"),
        ("E-mail Address,City,Why\nuser7@example.com,Rome,\n", None),
        ("Row,Address\n8,USER7@example.com\n", "8"),
    ],
    ids=["with a reason", "without one", "under another heading"],
)
@virtual_time
async def test_the_reason_of_a_rejected_row_is_act_ons(told: str, words: str | None) -> None:
    """A column that the list does not have is the reason; the row's own cells and its address are not."""
    async with leads() as (server, acton):
        server.faults.add(Reply(200, told.encode(), content_type="text/csv"), on="lists.rejected_records")
        server.faults.add(RejectRows(lambda email: "user7@" in email), on="lists.merge")
        report = await acton.bulk.upsert(LIST, people(20), via="upload")
        assert (added_up(report), report.created, report.rejected) == (True, 19, 1)
        (reject,) = report.rejects
        assert (reject.number, reject.row["email"]) == (8, "user7@example.com")
        assert reject.reason.endswith(words or "rejected it")
        assert "Rome" not in reject.reason
        assert "user7" not in reject.reason
