"""A file that is being sent tells when its last piece leaves, and takes that back when it was refused."""

from __future__ import annotations

import io
from functools import partial

from asyncsdk.bulk.execution.upload_source import UploadSource


def piecewise(told: list[str]) -> UploadSource:
    """Ten bytes that are told about."""

    def tell(word: str) -> None:
        told.append(word)

    file = io.BytesIO(b"0123456789")
    words = ("begin", "finish", "refuse", "settle")
    return UploadSource(file, 10, *(partial(tell, word) for word in words))


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
    assert told == ["finish", "settle", "refuse", "begin", "finish", "settle"]
