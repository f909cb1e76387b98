"""Rows of files that do not fit: rejects like others, with their lines and reasons, and fed back as they were."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncsdk import CLEAR, InvalidArgument
from asyncsdk.emulator import RejectRows
from asyncsdk.uploads.rejects_file import reasons_beside
from tests.support.leads import LIST, added_up, held, leads, names_in, writes
from tests.support.virtual_time import virtual_time

RAGGED = """email,First Name,City
ada@example.com,"Ada
Augusta",Rome

bob@example.com,Bob
grace@example.com,Grace,Oslo
,,
kay@example.com,Kay, Alan,Bern
nobody,No,Bern
alan@example.com,Alan,Bern
"""


def reasons(path: Path) -> list[dict[str, str]]:
    """What the file beside a file of rejects says."""
    with reasons_beside(path).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("via", ["records", "upload"])
@virtual_time
async def test_rows_with_too_few_or_too_many_cells_are_rejects(via: str, tmp_path: Path) -> None:
    """The others arrive; each reject has its number, its line, its cells and why; blank lines are no rows."""
    path, rejects = tmp_path / "in.csv", tmp_path / "rejects.csv"
    path.write_text(RAGGED)
    async with leads() as (server, acton):
        plan = await acton.bulk.plan(LIST, path, via=via)
        report = await acton.bulk.upsert(LIST, path, via=via, rejects=rejects)
        assert (plan.rows, plan.rejected) == (6, 3)
        assert sorted(held(server)) == ["ada@example.com", "alan@example.com", "grace@example.com"]
    assert added_up(report)
    assert (report.rows, report.created, report.rejected) == (6, 3, 3)
    assert [(each.number, each.line, each.reason) for each in report.rejects] == [
        (2, 5, "has 2 cells, and there are 3 headings"),
        (4, 8, "has 4 cells, and there are 3 headings"),
        (5, 9, "impossible address"),
    ]
    assert report.rejects[0].row == {"email": "bob@example.com", "First Name": "Bob"}
    assert report.rejects[1].cells == ("kay@example.com", "Kay", " Alan", "Bern")
    assert "kay" not in repr(report.rejects[1])
    assert rejects.read_text().splitlines() == [
        "email,First Name,City",
        "bob@example.com,Bob",
        "kay@example.com,Kay, Alan,Bern",
        "nobody,No,Bern",
    ]
    assert reasons(rejects) == [
        {
            "Rejected row": str(place),
            "Input row": str(row.number),
            "Input line": str(row.line),
            "Reason": row.reason,
        }
        for place, row in enumerate(report.rejects, 1)
    ]
    assert names_in(tmp_path) == ["in.csv", "rejects.csv", "rejects.reasons.csv"]


@virtual_time
async def test_lines_that_are_no_json_are_rejects(tmp_path: Path) -> None:
    """A file of rejects whose name ends in .jsonl holds them as they were, and can be fed back."""
    path, rejects = tmp_path / "in.jsonl", tmp_path / "rejects.jsonl"
    good = [json.dumps({"email": f"user{n}@example.com", "City": "Zürich"}) for n in range(5)]
    lines = [good[0], '{"email": ', "", *good[1:], '["x"]', '{"email": "nobody", "Note": "ü"}']
    path.write_text("\n".join(lines))
    async with leads() as (_, acton):
        report = await acton.bulk.upsert(LIST, path, rejects=rejects)
        assert (report.rows, report.created, report.rejected, added_up(report)) == (8, 5, 3, True)
        assert [(each.number, each.line) for each in report.rejects] == [(2, 2), (7, 8), (8, 9)]
        first, second, third = rejects.read_text().splitlines()
        assert (first, second) == ('{"email": ', '["x"]')
        assert json.loads(third) == {"email": "nobody", "Note": "ü"}
        rejects.write_text(f'{first}"b@example.com"}}\n{{"email": "c@example.com"}}\n{third}\n{good[0]}\n')
        report = await acton.bulk.upsert(LIST, rejects)
        assert (report.created, report.updated, report.rejected) == (2, 1, 1)
        report.write_rejects(tmp_path / "again.csv")
        assert (tmp_path / "again.csv").read_text().splitlines()[1].startswith("nobody,")


@pytest.mark.parametrize(
    ("text", "form", "guess"),
    [
        ("email,City\nada@example.com;Rome\nb@example.com;Rome\nc@example.com,Rome\n", {}, "separated by ';'"),
        ("email,City\na@example.com,Rome,\nb@example.com,Rome,\n", {}, "end in a separator"),
        ("email;City\na@example.com;Rome;x\nb@example.com;Rome\n", {"separator": ";"}, "is ';' what separates"),
        ("email,City\na@example.com,Ro\0me,x\n", {}, "is its encoding another one"),
    ],
)
@virtual_time
async def test_a_file_that_is_mostly_ragged_is_refused(
    text: str, form: dict[str, str], guess: str, tmp_path: Path
) -> None:
    """With the first such line, how many there are and a guess why; nothing was sent."""
    path = tmp_path / "in.csv"
    path.write_text(text)
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=guess) as caught:
            await acton.bulk.upsert(LIST, path, **form)
        assert writes(server) == 0
    assert "Line 2 of " in str(caught.value)
    assert "example.com" not in str(caught.value)


def quoted(cell: str) -> str:
    """A cell of a CSV file, whatever ends the lines there."""
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell


def write(path: Path, rows: list[list[str]], end: str) -> None:
    """Write a CSV file."""
    path.write_bytes("".join(",".join(map(quoted, row)) + end for row in rows).encode())


def rows_of(path: Path) -> list[list[str]]:
    """Read a CSV file."""
    with path.open(newline="") as file:
        return list(csv.reader(file))


CELL = st.sampled_from(["", "x", "a,b", 'q"', "two\nlines", "cr\rlf\r\n"])
WIDTHS = st.lists(st.sampled_from([1, 2, 2, 2, 2, 2, 3, 4]), min_size=1, max_size=14)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(WIDTHS, st.data(), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_row_of_any_ragged_table_has_one_outcome(widths: list[int], data: st.DataObject, end: str) -> None:
    """Rows are the sum of outcomes, the lines are right, and rejects fed back corrected give the rest."""
    table = [
        [f"user{number}@example.com", *data.draw(st.lists(CELL, min_size=width - 1, max_size=width - 1))]
        for number, width in enumerate(widths)
    ]
    ragged = [number for number, width in enumerate(widths) if width != 2]
    starts, line = [], 2
    for row in table:
        starts.append(line)
        line += 1 + sum(len(cell.splitlines()) - (not cell.endswith(("\n", "\r"))) for cell in row if cell)

    @virtual_time
    async def run() -> None:
        with TemporaryDirectory() as name:
            path, rejects = Path(name, "in.csv"), Path(name, "rejects.csv")
            write(path, [["email", "Note"], *table], end)
            async with leads() as (server, acton):
                if 2 * len(ragged) >= len(table):
                    with pytest.raises(InvalidArgument, match=f"Line {starts[ragged[0]]} of"):
                        await acton.bulk.upsert(LIST, path, via="upload")
                    return
                report = await acton.bulk.upsert(LIST, path, via="upload", rejects=rejects)
                assert added_up(report)
                assert (report.rows, report.rejected) == (len(table), len(ragged))
                assert [(each.number - 1, each.line) for each in report.rejects] == [
                    (number, starts[number]) for number in ragged
                ]
                headings, *kept = rows_of(rejects)
                assert kept == [table[number] for number in ragged]
                write(rejects, [headings, *[[*row, ""][:2] for row in kept]], end)
                await acton.bulk.upsert(LIST, rejects, via="upload")
                assert {email: cells[2] for email, cells in held(server).items()} == {
                    row[0]: [*row, ""][1] for row in table
                }

    run()


@virtual_time
async def test_what_act_on_rejects_has_its_line(tmp_path: Path) -> None:
    """Rows that were sent and rejected are told with the line of the input, too."""
    path, rejects = tmp_path / "in.csv", tmp_path / "rejects.csv"
    path.write_text('email,Note\na@example.com,"1\n2"\n\nb@example.com,x\nc@example.com,y\n')
    async with leads() as (server, acton):
        server.faults.add(RejectRows("b@example.com"), on="lists.merge")
        report = await acton.bulk.upsert(LIST, path, via="upload", rejects=rejects)
    assert [(each.number, each.line) for each in report.rejects] == [(2, 5)]
    assert [(each["Input line"], each["Reason"]) for each in reasons(rejects)] == [("5", report.rejects[0].reason)]


@virtual_time
async def test_no_other_file_is_taken_for_the_reasons(tmp_path: Path) -> None:
    """The file of reasons is none of the others."""
    path = tmp_path / "rejects.reasons.csv"
    path.write_text("email\na@example.com\n")
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=r"rows and the reasons for rejects are one file"):
            await acton.bulk.upsert(LIST, path, rejects=tmp_path / "rejects.csv")
        assert len(server.calls) == 0


@virtual_time
async def test_formulas_are_defused_where_it_is_asked_for(tmp_path: Path) -> None:
    """By default what was given is written, letter for letter."""
    rows: list[dict[str, Any]] = [{"email": "@x", "City": "=1+1", "Note": -5}, {"email": "y", "City": CLEAR}]
    async with leads() as (_, acton):
        report = await acton.bulk.upsert(LIST, rows)
        assert report.write_rejects(tmp_path / "plain.csv") == 2
        report.write_rejects(tmp_path / "defused.csv", defuse_formulas=True)
    assert (tmp_path / "plain.csv").read_text().splitlines()[1:] == ["@x,=1+1,-5", "y,,"]
    assert (tmp_path / "defused.csv").read_text().splitlines()[1:] == ["'@x,'=1+1,-5", "y,,"]
