"""Foreign text is read in linear time: ten times the text takes ten times as long, also of the worst there is."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest

from asyncsdk import ActOnError, APIError, DecodeError, InvalidArgument, Request, Response, Upload
from asyncsdk.decoding.converter import structure
from asyncsdk.emulator.processing.message_preview import preview
from asyncsdk.emulator.state.addresses import usable
from asyncsdk.emulator.state.messages import Content
from asyncsdk.files.csv_row_counter import CsvRowCounter
from asyncsdk.files.csv_stream import iter_csv_rows
from asyncsdk.http.error_bodies import error_from_response, missing_file_error
from asyncsdk.http.retry_after import retry_after
from asyncsdk.models import AccountInfo
from asyncsdk.redaction import mask, masked_repr
from asyncsdk.transport.request_encoding import query_of
from asyncsdk.uploads.addresses import address_problem, all_usable

MOMENT = "Sun, 06 Nov 1994 08:49:37 GMT"
SHORT, LONG = 100_000, 1_000_000
NO_TIME = 0.004
"""Seconds: what takes less cannot be measured."""

MOST = 40
"""Times as long as the short text that the long one may take."""

ADDRESSES = ("=", "%40'", "a'", "@[", '"@', "a%40.")
PAGES = ("<", "<title>", "{{ ", " ", "9", "\ud800")
ROWS = ('"', '",', "\n", ",")
"""What the patterns of this package look for, over and over."""


def _seconds(act: Callable[[str], object], text: str) -> float:
    """The processor's time for it, the best of several."""
    best = float("inf")
    for _ in range(5):
        best = min(best, _once(act, text))
    return best


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _read_rows(size: int) -> Callable[[str], object]:
    async def read(text: str) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            whole = _bytes(text)
            for at in range(0, len(whole), size):
                yield whole[at : at + size]

        async for _ in iter_csv_rows(pieces()):
            pass

    return lambda text: asyncio.run(read(text))


def _count_rows(text: str) -> None:
    count = CsvRowCounter()
    whole = _bytes(text)
    for at in range(0, len(whole), 50):
        count.add(whole[at : at + 50])


def _answer(body: bytes, **headers: str) -> Response:
    return Response(400, headers, body)


READERS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "mask": (mask, ADDRESSES),
    "masked_repr": (masked_repr, ADDRESSES[:2]),
    "an error": (lambda text: APIError(text, status=400, code=text, request_id=text), ADDRESSES),
    "a wrong argument": (InvalidArgument, ADDRESSES),
    "a wrong shape": (lambda text: DecodeError(text, problems=(text, text)), ADDRESSES),
    "an error's page": (lambda text: error_from_response(_answer(_bytes(text))), PAGES),
    "an error's words": (
        lambda text: error_from_response(_answer(json.dumps({"errorCode": text, "message": text}).encode())),
        ADDRESSES,
    ),
    "many complaints": (
        lambda text: error_from_response(_answer(json.dumps({"errors": text.split("a")}).encode())),
        PAGES,
    ),
    "an error's status": (
        lambda text: error_from_response(_answer(json.dumps({"httpCode": text}).encode())),
        PAGES,
    ),
    "no file": (lambda text: missing_file_error(Response(200, {}, _bytes(text))), PAGES),
    "a pause": (lambda text: retry_after(_answer(b"", **{"Retry-After": text})), PAGES),
    "a date": (lambda text: retry_after(_answer(b"", **{"Retry-After": MOMENT, "Date": text})), PAGES),
    "a model": (lambda text: structure({"account_id": text}, AccountInfo, _answer(b"")), PAGES),
    "rows": (_read_rows(1 << 18), ROWS),
    "rows in short pieces": (_read_rows(50), ROWS),
    "counted rows": (_count_rows, ROWS),
    "a path": (lambda text: Request("GET", f"/{text}"), PAGES),
    "a query": (lambda text: query_of({"x": text}), PAGES),
    "a file's name": (lambda text: Upload(b"", text), PAGES),
    "an address": (address_problem, ADDRESSES),
    "addresses": (lambda text: all_usable(text.split("a")), ADDRESSES),
    "an emulated address": (usable, ADDRESSES),
    "an emulated preview": (lambda text: preview(Content(html=text, text=text), "", "", {}), PAGES),
}


@pytest.mark.slow
@pytest.mark.parametrize("reader", list(READERS))
def test_the_worst_text_is_read_in_linear_time(reader: str) -> None:
    """1 MB takes less than 40 times as long as 100 KB, whatever is repeated, and whatever stands at the end."""
    read, marks = READERS[reader]
    slow = [
        mark for mark in marks if _is_slow(read, *(f"{mark * (size // len(mark))} @x>" for size in (SHORT, LONG)))
    ]
    assert slow == []


def _is_slow(read: Callable[[str], object], short: str, long: str) -> bool:
    """Whether the long text takes much more than its share; what takes next to no time does not count.

    Where time grows with the square, it takes 100 times as long. On a machine whose caches others fill, ten times
    the text takes up to 25 times as long, so a text that looks slow is measured again.
    """
    took = _once(read, long)
    if took < MOST * NO_TIME or took < MOST * max(_once(read, short), NO_TIME):
        return False
    return all(_seconds(read, long) >= MOST * max(_seconds(read, short), NO_TIME) for _ in range(3))


def _once(read: Callable[[str], object], text: str) -> float:
    gc.disable()  # it looks at all that other tests have made
    try:
        began = time.process_time()
        with suppress(ActOnError, ValueError):
            read(text)
        return time.process_time() - began
    finally:
        gc.enable()


def _said(error: Exception) -> Iterable[Any]:
    return (str(error), repr(error))


@pytest.mark.parametrize("mark", ADDRESSES + PAGES)
def test_a_message_is_of_a_sane_length(mark: str) -> None:
    """However much the server says, an error says little more than 4,000 characters of it, and that it was cut."""
    error = APIError(mark * LONG, status=400, code=mark * LONG, request_id=mark * LONG)
    assert all(len(said) < 30_000 for said in _said(error))
    assert "characters more]" in error.message
    assert len(error.message) < 4_100


@pytest.mark.slow
def test_a_cut_leaves_no_half_address() -> None:
    """Where a message is cut, no part of an address is left over."""
    for at in range(3_550, 4_050):
        for address in ("ada.lovelace@example.com", '"ada lovelace"@example.com', "ada.lovelace%40example.com"):
            error = APIError(
                "x" * (at // 2) + " " + "y" * (at - at // 2) + f" {address} " + "z" * 2_000, status=400
            )
            assert "lace" not in error.message
            assert "ada." not in error.message


def test_few_of_many_problems_are_told() -> None:
    """An answer in which everything is wrong is told by its first 20 places."""
    error = DecodeError("Wrong:", problems=tuple(f"expected int @ $[{place}]" for place in range(50_000)))
    assert len(error.problems) == 21
    assert error.problems[-1] == "and 49,980 more"


def test_a_message_can_be_written_to_a_log() -> None:
    """Half a character in a server's words is told by its number, so that every log can hold the message."""
    for words in ("a\ud800b", "\ud800" * 10_000):
        error = APIError(words, status=400, code=words, request_id=words)
        assert str(error).encode()
        assert "\\ud800" in str(error)
