"""Arguments of list calls that cannot be sent are refused in words, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import Column, InvalidArgument, UploadReport
from tests.support.recording_caller import compiled

EMAIL = Column("Email", "EMAIL")


@pytest.mark.parametrize("columns", [["Email"], "Email", [EMAIL, None], [("Email", "EMAIL")]])
def test_columns_must_be_columns(columns: Any) -> None:
    """Headings, pairs and the like in the place of columns are refused with a sentence that shows a column."""
    with pytest.raises(InvalidArgument, match="sequence of Column"):
        compiled("lists.create_empty", "Leads", columns=columns)


@pytest.mark.parametrize("columns", [[Column("Email")], [EMAIL, EMAIL], []])
def test_one_column_must_be_the_address(columns: list[Column]) -> None:
    """No column of type EMAIL, or two, is refused."""
    with pytest.raises(InvalidArgument, match="exactly one of type EMAIL"):
        compiled("lists.create_empty", "Leads", columns=columns)


@pytest.mark.parametrize("report", [7, None, b"file.csv", "", UploadReport()])
def test_rejects_need_a_report_that_names_a_file(report: Any) -> None:
    """What names no file of rejected rows is refused."""
    with pytest.raises(InvalidArgument):
        compiled("lists.rejected_records", report)


@pytest.mark.parametrize("flag", ["no", 0, "true"])
def test_flags_are_flags(flag: Any) -> None:
    """A text or a number in the place of True or False is refused, also where the words are true and false."""
    with pytest.raises(InvalidArgument, match="True or False"):
        compiled("lists.download", "l-0001", date_qualifiers=flag)
