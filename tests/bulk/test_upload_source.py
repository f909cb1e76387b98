"""A file that is being sent tells when its last piece leaves, and takes that back when it was refused."""

from __future__ import annotations

import io
from functools import partial

import pytest

from asyncsdk import StoreFailed
from asyncsdk.bulk.execution.upload_source import UploadSource


def piecewise(told: list[str]) -> UploadSource:
    """Ten bytes that are told about."""

    def tell(word: str) -> None:
        told.append(word)

    file = io.BytesIO(b"0123456789")

    async def settle() -> None:
        tell("settle")

    return UploadSource(file, 10, *(partial(tell, word) for word in ("begin", "finish", "refuse")), settle)


def test_a_piece_that_is_read_after_the_refusal_does_not_say_that_it_left() -> None:
    """A thread may still read on when a 429 has come: the journal must not take the file for sent again."""
    told: list[str] = []
    source = piecewise(told)
    assert source.read(6) == b"012345"
    source.refused()
    assert source.read(6) == b"6789"
    assert told == ["refuse"]


def test_what_is_sent_anew_after_a_refusal_tells_of_itself_again() -> None:
    """It begins, and ends, like the first time."""
    told: list[str] = []
    source = piecewise(told)
    source.read(10)
    source.refused()
    source.seek(0)
    source.read(6)
    source.read(6)
    assert told == ["finish", "refuse", "begin", "finish"]


async def test_last_bytes_that_may_not_leave_are_refused() -> None:
    """What keeps them back is the error of every later try; the journal notes that Act-On has nothing."""
    told: list[str] = []

    async def fail() -> None:
        raise StoreFailed("full")

    source = UploadSource(
        io.BytesIO(b"0123456789"),
        10,
        lambda: told.append("begin"),
        lambda: told.append("finish"),
        lambda: told.append("refuse"),
        fail,
    )
    source.read(10)
    with pytest.raises(StoreFailed):
        await source.before_end()
    source.seek(0)
    with pytest.raises(StoreFailed, match="full"):
        source.read(10)
    assert told == ["finish", "refuse"]
