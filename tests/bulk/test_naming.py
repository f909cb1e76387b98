"""Columns that the list calls otherwise, and columns that are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asyncsdk import InvalidArgument
from tests.support.leads import LIST, held, leads, writes
from tests.support.virtual_time import virtual_time

HOW: dict[str, Any] = {"rename": {"Mail": "E-mail Address", "Town": "BIZ_CITY", "Vorname": "first name"}}
TEXT = "id, Mail ,Town,Vorname,secret\n7,ada@example.com,Rome,Ada,x\n8,nobody,Oslo,No,y\n"


@pytest.mark.parametrize("via", ["records", "upload"])
@virtual_time
async def test_columns_are_renamed_and_ignored(via: str, tmp_path: Path) -> None:
    """The list gets what is named; the file of rejects has the input's own columns, and the same call takes it."""
    path, rejects = tmp_path / "in.csv", tmp_path / "rejects.csv"
    path.write_text(TEXT)
    how = {**HOW, "ignore": ["id", "secret"], "via": via}
    async with leads() as (server, acton):
        plan = await acton.bulk.plan(LIST, path, **how)
        assert plan.columns == {" Mail ": "E-mail Address", "Town": "City", "Vorname": "First Name"}
        assert plan.ignored == ("id", "secret")
        assert "secret  is left out, as asked for" in str(plan)
        report = await acton.bulk.upsert(LIST, path, rejects=rejects, **how)
        assert (report.created, report.rejected) == (1, 1)
        assert held(server) == {"ada@example.com": ["Ada", "Rome", ""]}
        assert rejects.read_text().splitlines() == [" Mail ,Town,Vorname,id,secret", "nobody,Oslo,No,8,y"]
        rejects.write_text(rejects.read_text().replace("nobody", "no@example.com"))
        assert (await acton.bulk.start(LIST, rejects, **how)).created == 1


MAIL = {"Mail": "E-mail Address"}


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (
            {"rename": {**MAIL, "Twon": "City"}, "ignore": ["id", "Vorname", "Town", "secret"]},
            r"'Twon', which is to be mapped, is not in the input \(did you mean 'Town'",
        ),
        (
            {"ignore": ["id", "secret", "ids"]},
            r"'ids', which is to be ignored, is not in the input \(did you mean 'id'",
        ),
        ({"rename": {**MAIL, "Town": "Cty"}}, r"'Town' is mapped, and 'Cty' is unknown \(did you mean 'City'"),
        ({"rename": {"Town": "City", "id": "City"}}, "'Town' and 'id' are both mapped to 'City'"),
        (
            {"rename": {**MAIL, "Town": "City", "secret": "BIZ_CITY"}, "ignore": ["id", "Vorname"]},
            "'Town' and 'secret' both mean the column 'City'",
        ),
        ({"ignore": [" Town"]}, "'Town' is both mapped and ignored"),
        ({"ignore": "Town"}, r"ignore takes several names: write \['Town'\]"),
    ],
)
@virtual_time
async def test_names_that_cannot_be_meant_send_nothing(how: dict[str, Any], says: str, tmp_path: Path) -> None:
    """Unknown names, and two columns for one, are named."""
    (tmp_path / "in.csv").write_text(TEXT)
    good = {
        "rename": {"Mail": "E-mail Address", "Town": "City", "Vorname": "First Name"},
        "ignore": ["id", "secret"],
    }
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=says):
            await acton.bulk.upsert(LIST, tmp_path / "in.csv", **{**good, **how})
        assert writes(server) == 0


@virtual_time
async def test_rows_of_mappings_are_renamed_too() -> None:
    """Blanks around a key do not count, whatever the rows come from."""
    rows = [{" Mail": "ada@example.com", "x": object()}, {"Mail": "bob@example.com", "Town": "Bern"}]
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match="' Mail' and 'Mail' both mean"):
            await acton.bulk.upsert(LIST, rows, rename={"Mail": "EMAIL", "Town": "City"}, ignore=["x"])
        rows[1][" Mail"] = rows[1].pop("Mail")
        report = await acton.bulk.upsert(LIST, rows, rename={"Mail": "EMAIL", "Town": "City"}, ignore=["x"])
        assert (report.created, report.rejected) == (2, 0)
        assert held(server)["bob@example.com"] == ["", "Bern", ""]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("email,City,,\na@example.com,Rome,,\nb@example.com,Bern\n", 2),
        ("email, City ,\na@example.com,Rome,\n", 1),
        (",email,City\n,a@example.com,Rome\n", 1),
    ],
)
@virtual_time
async def test_a_column_of_nothing_is_none(text: str, sent: int, tmp_path: Path) -> None:
    """A heading that a separator at a line's end makes is ignored as long as nothing stands below it."""
    path = tmp_path / "in.csv"
    path.write_text(text)
    async with leads() as (server, acton):
        report = await acton.bulk.upsert(LIST, path, rejects=tmp_path / "rejects.csv")
        assert (report.rows, report.created) == (sent, sent)
        assert held(server)["a@example.com"] == ["", "Rome", ""]
        path.write_text(text + text.splitlines()[1].replace(",,", ",,x").replace("Rome,", "Rome,x"))
        if path.read_text() != text + text.splitlines()[1]:
            with pytest.raises(
                InvalidArgument, match=r"column \d has no heading, and a cell of it is not empty, on"
            ):
                await acton.bulk.upsert(LIST, path)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"rename": {1: "City"}}, "rename is a mapping of texts"),
        ({"rename": {"City": None}}, "rename is a mapping of texts"),
        ({"rename": ["City"]}, "rename is a mapping of texts"),
        ({"ignore": [1]}, "ignore takes the names of columns"),
        ({"ignore": None}, "ignore takes the names of columns"),
        ({"key": None}, "key must be the name of a column, not NoneType"),
        ({"encoding": None}, "There is no encoding None"),
        ({"separator": None}, "separator must be one character"),
        ({"journal": 5}, "journal must be a path, not int"),
        ({"rejects": b"r.csv"}, "rejects must be a path, not bytes"),
        ({"state": 5}, "state must be a path, not int"),
        ({"on_progress": 5}, "on_progress must be callable, not int"),
    ],
)
@virtual_time
async def test_what_is_no_name_no_path_and_no_function_is_refused(how: dict[str, Any], says: str) -> None:
    """As with all bad input, by an error of this library, before anything is sent."""
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=says):
            await acton.bulk.upsert(LIST, [{"email": "ada@example.com"}], **how)
        assert len(server.calls) == 0
