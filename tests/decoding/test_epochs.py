"""Epoch numbers in answers: milliseconds, or seconds where as milliseconds they would be long ago."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from asyncsdk import DecodeError, Response
from asyncsdk.decoding.converter import structure

ANSWER = Response(200, {}, b"")


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (1_760_000_000_000, datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)),
        ("1760000000000", datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)),
        (1_760_000_000, datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)),
        (" 1760000000 ", datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)),
        (100_000_000_000, datetime(1973, 3, 3, 9, 46, 40, tzinfo=UTC)),
        (99_999_999_999, datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)),
        (-100_000_000_000, datetime(1966, 10, 31, 14, 13, 20, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_epoch_number_is_a_time(told: Any, read: datetime) -> None:
    """Numbers or texts, from a hundred thousand million on in milliseconds, and always in UTC."""
    assert structure(told, datetime, ANSWER) == read


@pytest.mark.parametrize("told", [True, "soon", "", 10**30, [], {}])
def test_what_is_no_time_is_told(told: Any) -> None:
    """Anything else is an answer of another shape, and no other error."""
    with pytest.raises(DecodeError):
        structure(told, datetime, ANSWER)
