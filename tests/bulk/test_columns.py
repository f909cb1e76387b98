"""Columns: each of the input's has one place in the list, or nothing is sent."""

from __future__ import annotations

import re
from typing import Any

import pytest

from asyncsdk import Column, InvalidArgument
from tests.support.leads import LIST, held, leads, people, writes
from tests.support.virtual_time import virtual_time

WAYS = pytest.mark.parametrize("via", ["records", "upload"])
ADA = "ada@example.com"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"email": ADA, "Frist Name": "x"}, "'Frist Name' is unknown (did you mean 'First Name'?)"),
        ({"email": ADA, "first name": "x", "FIRSTNAME": "y"}, "both mean the column 'First Name'"),
        ({"City": "Rome"}, "no column 'email' holds the address"),
        ({"email": ADA, "Zip": "x"}, "'Zip' fits 'ZIP' and 'zip'"),
    ],
)
@virtual_time
async def test_rows_that_do_not_fit_stop_it(row: dict[str, Any], says: str) -> None:
    """Unknown, doubled, missing and ambiguous columns are named, and nothing is sent, not even the rows before."""
    columns = [
        Column("E-mail Address", "EMAIL"),
        Column("First Name"),
        Column("City"),
        Column("ZIP"),
        Column("zip"),
    ]
    rows = [*people(1500), row] if "email" in row else [row]
    async with leads(columns=columns) as (server, acton):
        for call in (acton.bulk.plan, acton.bulk.upsert):
            with pytest.raises(InvalidArgument, match=re.escape(says)):
                await call(LIST, rows)
        assert writes(server) == 0


@pytest.mark.slow
@WAYS
@virtual_time
async def test_a_download_can_be_fed_back(via: str) -> None:
    """Its column of ids, which nobody can write, is left out; the plan says so, and names the others only."""
    row = {"_contact_id_": "L-0001:7", "E-mail Address": ADA, "City": "Rome"}
    rows = [
        *({**row, "E-mail Address": f"p{each}@example.com"} for each in range(1500)),
        row,
        {**row, "City": None},
    ]
    async with leads() as (server, acton):
        plan = await acton.bulk.plan(LIST, rows, via=via)
        assert (plan.left_out, set(plan.columns)) == (("_contact_id_",), {"E-mail Address", "City"})
        assert str(plan).splitlines()[-1] == "  column   _contact_id_   is left out: it is Act-On's own"
        if via == "records":
            rows = rows[-2:]
        report = await acton.bulk.upsert(LIST, rows, via=via)
        assert (report.created, report.merged, report.columns) == (len(rows) - 1, 1, ("E-mail Address", "City"))
        assert "Rome" in held(server)[ADA]


@virtual_time
async def test_two_names_for_one_column_stop_it_wherever_they_are() -> None:
    """Rows far apart must call a column the same, or nobody could write their rejects into one file."""
    rows = [*people(2500), {"E-mail Address": ADA}]
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match="'email' and 'E-mail Address' both mean"):
            await acton.bulk.upsert(LIST, rows)
        assert writes(server) == 0


@WAYS
@virtual_time
async def test_headings_in_any_case_and_system_types_are_understood(via: str) -> None:
    """A column is named by the list's heading, whatever its case, or by its system type."""
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, [{"EMAIL": ADA, "FIRSTNAME": "Ada", "city": "Rome"}], via=via)
        assert held(server) == {ADA: ["Ada", "Rome", ""]}


@WAYS
@virtual_time
async def test_rows_may_call_the_address_as_they_like(via: str) -> None:
    """The key names the column that holds the address."""
    async with leads() as (server, acton):
        plan = await acton.bulk.plan(LIST, [{"Mailbox": ADA, "City": "Rome"}], key="Mailbox")
        assert plan.columns == {"Mailbox": "E-mail Address", "City": "City"}
        await acton.bulk.upsert(LIST, [{"Mailbox": ADA, "City": "Rome"}], key="Mailbox", via=via)
        assert held(server) == {ADA: ["", "Rome", ""]}


@virtual_time
async def test_no_other_column_can_be_the_key() -> None:
    """Rows are matched by their address; another column of the list as key is refused, not ignored."""
    async with leads() as (_, acton):
        with pytest.raises(InvalidArgument, match="'Note' is another column"):
            await acton.bulk.upsert(LIST, people(1), key="Note")


@WAYS
@virtual_time
async def test_odd_headings_stay_themselves(via: str) -> None:
    """Headings with commas, quotes and line ends in them, and a list of one column, are written to the letter."""
    columns = [Column('Say "a,b"'), Column("E-Mail", "EMAIL"), Column("Ünï\nçode")]
    async with leads(columns=columns) as (server, acton):
        await acton.bulk.upsert(LIST, [{"E-Mail": ADA, 'Say "a,b"': "1", "Ünï\nçode": "2"}], via=via)
        assert server.rows(LIST) == [["1", ADA, "2"]]
    async with leads(columns=[Column("E-Mail", "EMAIL")]) as (server, acton):
        report = await acton.bulk.upsert(LIST, [{"email": ADA}, {"email": "b@example.com"}], via=via)
        assert (report.created, server.rows(LIST)) == (2, [[ADA], ["b@example.com"]])


@WAYS
@virtual_time
async def test_a_heading_that_a_list_has_twice_is_left_alone(via: str) -> None:
    """Other columns of such a list can be written; the doubled one cannot be named."""
    columns = [Column("E-Mail", "EMAIL"), Column("Tag"), Column("Tag"), Column("City")]
    async with leads([[ADA, "1", "2", "Rome"]], columns) as (server, acton):
        with pytest.raises(InvalidArgument, match="'Tag' fits 'Tag' and 'Tag'"):
            await acton.bulk.upsert(LIST, [{"email": ADA, "Tag": "x"}], via=via)
        await acton.bulk.upsert(LIST, [{"email": ADA, "City": "Oslo"}], via=via)
        assert server.rows(LIST) == [[ADA, "1", "2", "Oslo"]]


@virtual_time
async def test_merges_stand_where_the_list_stands() -> None:
    """The columns of an upload have the list's own order, which Act-On asks for: a server that insists takes it."""
    async with leads(aligned_merges=True) as (server, acton):
        report = await acton.bulk.upsert(LIST, [{"Note": "n", "email": ADA}], via="upload")
        assert (report.created, held(server)) == (1, {ADA: ["", "", "n"]})


@virtual_time
async def test_a_file_without_headings_is_not_quoted() -> None:
    """Its first row holds somebody's data, which does not belong in an error."""
    async with leads() as (_, acton):
        with pytest.raises(InvalidArgument, match=r"the first row holds no headings") as caught:
            await acton.bulk.upsert(LIST, [{"ada@example.com": "", "Lovelace": "", "12 Mill Lane": ""}])
    assert "Lovelace" not in str(caught.value)
