"""Values that are put into a queue: written as everywhere else, or refused at once."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import CLEAR, InvalidArgument
from tests.queue.stage import opened
from tests.support.virtual_time import virtual_time

ADA = "ada@example.com"


@pytest.mark.slow
@pytest.mark.parametrize("journaled", [False, True])
@virtual_time
async def test_a_value_has_the_text_that_it_has_everywhere(journaled: bool, tmp_path: Path) -> None:
    """No value keeps, also in a journal, whatever it is spelled like; whole floats have no point."""
    options: dict[str, Any] = {"journal": tmp_path / "journal"} if journaled else {}
    async with opened(**options) as (server, _, list_id, queue):
        for data in (
            {"First Name": dt.date(1815, 12, 10), "Score": 94107.0},
            {"First Name": math.nan, "Score": Decimal("NaN"), "Email": math.nan},
            {"First Name": None, "Score": ""},
        ):
            await queue.put(ADA, data)
            await queue.flush()
        assert server.rows(list_id)[1:] == [[ADA, "1815-12-10", "94107"]]
        await queue.put(ADA, {"First Name": CLEAR, "Score": True})
        await queue.flush()
        assert server.rows(list_id)[1:] == [[ADA, "", "true"]]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"Score": ["x"]}, "'Score' holds a value of type list"),
        ({"Score": math.inf}, "'Score' holds an infinite number"),
        ({"Email": b"ada@example.com"}, "'Email' holds a value of type bytes"),
        ({"Email": CLEAR}, "cannot be erased"),
        ({"Email": 7}, "another address"),
    ],
)
@virtual_time
async def test_a_value_without_a_text_is_refused_at_once(data: dict[str, Any], says: str) -> None:
    """The error names the column, and the row is not queued."""
    async with opened() as (_, _, _, queue):
        with pytest.raises(InvalidArgument, match=says):
            await queue.put(ADA, data)
        assert len(queue) == 0
