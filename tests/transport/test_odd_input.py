"""Odd input and odd answers: each ends in a clear error or in the right bytes, never in something half right."""

from __future__ import annotations

import asyncio
import fcntl
import os
import tempfile
from pathlib import Path

import aiohttp
import pytest

from asyncsdk import (
    TABLE,
    Column,
    DecodeError,
    FileStore,
    InvalidArgument,
    InvalidRequest,
    Limits,
    NotSent,
    Request,
    Session,
    StoreFailed,
    Timeout,
    Token,
)
from asyncsdk.emulator import Reply
from asyncsdk.http.call_count import CallCount
from asyncsdk.transport.options import CallOptions
from tests.support.listening import listening, url_of
from tests.support.stage import READ_PATH, closed_port, emulator, issued, outcome, session, stage
from tests.support.virtual_time import virtual_time

COLUMNS = [Column("Email", "EMAIL")]


@pytest.mark.slow
@virtual_time
async def test_one_open_file_can_be_sent_by_two_calls_at_once() -> None:
    """Two uploads of one open file both carry all of it, and leave it standing where it stood."""
    with tempfile.TemporaryFile() as file:
        file.write(b"Email\n" + b"".join(b"user%d@example.com\n" % number for number in range(30_000)))
        file.seek(0)
        async with stage() as (_, acton):
            jobs = await asyncio.gather(*(acton.lists.create(name, file=file, columns=COLUMNS) for name in "ab"))
            assert [(await job).appended for job in jobs] == [30_000, 30_000]
        assert file.tell() == 0


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b'{"errorCode": 10017, "message": "Invalid or expired Job Id"}'), InvalidRequest),
        (Reply.gateway_page(200), DecodeError),
        (Reply(200, b""), DecodeError),
    ],
    ids=["refusal", "page", "nothing"],
)
@virtual_time
async def test_a_success_without_a_file_is_not_an_empty_file(reply: Reply, error: type[Exception]) -> None:
    """Rejected rows that come as a refusal, a page or nothing raise; nobody is told that nothing was rejected."""
    async with stage() as (server, acton):
        server.faults.add(reply, on="lists.rejected_records")
        with pytest.raises(error):
            _ = [row async for row in acton.lists.rejected_records("rejects.csv")]


@virtual_time
async def test_a_stream_is_asked_for_again_after_a_body_that_says_429() -> None:
    """Rejected rows are asked for again when a success says in its body that there were too many requests."""
    async with stage() as (server, acton):
        job = await acton.lists.create("Leads", file=b"Email\nada@example.com\nnobody\n", columns=COLUMNS)
        report = await job
        server.faults.add(Reply.throttled(status=200), on="lists.rejected_records")
        assert [row async for row in acton.lists.rejected_records(report)] == [{"Email": "nobody"}]


@virtual_time
async def test_cancelled_waiters_are_not_ahead_of_anybody() -> None:
    """A call is not refused for a line whose callers have all gone."""
    async with (
        emulator() as server,
        session(server, token=issued(server), limits=Limits(max_wait=6.0)) as acton,
    ):
        crowd = [asyncio.create_task(acton.account.get()) for _ in range(60)]
        await asyncio.sleep(0.05)
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        assert (await acton.account.get()).account_id


@virtual_time
async def test_a_closed_session_of_the_callers_is_told() -> None:
    """A call over an aiohttp session that its owner has closed ends in NotSent, not in a RuntimeError."""
    async with emulator() as server:
        http = aiohttp.ClientSession()
        async with session(server, token=issued(server), http=http) as acton:
            await http.close()
            assert isinstance(await outcome(acton.account.get()), NotSent)


@pytest.mark.parametrize("value", [5, None, True, [1]])
@virtual_time
async def test_a_query_holds_texts(value: object) -> None:
    """A number in the query of a hand-made request is refused in words, and counts as no call."""
    async with stage() as (server, acton):
        with pytest.raises(InvalidArgument, match="texts"):
            await acton.send(Request("GET", READ_PATH, query={"n": value}))  # type: ignore[dict-item]
        assert (len(server.calls), acton.usage().calls_made) == (0, 0)


@virtual_time
async def test_a_call_that_was_refused_here_is_not_counted_for_a_run() -> None:
    """What a run counts of its calls are those that left: neither one that cannot be sent nor one to nobody."""
    count, odd = CallCount(), Request("GET", READ_PATH, query={"n": 5})  # type: ignore[dict-item]
    async with stage() as (server, acton):
        with pytest.raises(InvalidArgument, match="texts"):
            await acton._transport.send(odd, CallOptions(counter=count))
        assert (len(server.calls), count.made) == (0, 0)
    async with Session(token="t", base_url=f"http://127.0.0.1:{closed_port()}") as acton:
        assert isinstance(await outcome(acton.call(TABLE["account.get"], {}, CallOptions(counter=count))), NotSent)
        assert count.made == 0


@virtual_time
async def test_an_odd_life_of_a_token_is_taken_as_unknown() -> None:
    """A token whose life is no number is used as one whose life is not known."""
    assert Token.from_answer({"access_token": "a", "expires_in": "never"}).expires_at is None
    assert Token.from_answer({"access_token": "a"}).expires_at is None


def test_an_address_in_a_path_is_masked() -> None:
    """The repr of a request shows no address, not even in its path."""
    request = TABLE["account.delete_user"].compile({"email": "ada@example.com"})
    assert "%40example" in request.path
    assert "example.com" not in repr(request)


@virtual_time
async def test_closing_does_not_wait_for_a_process_that_is_stopped(tmp_path: Path) -> None:
    """A session closes in 5 seconds although another process holds the account book and does not let go."""
    async with emulator() as server:
        acton = session(server, token=issued(server), store=FileStore(tmp_path / "token.json"))
        await acton.open()
        await acton.account.get()
        handle = os.open(tmp_path / "token.json.usage.lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            began = asyncio.get_running_loop().time()
            await acton.close()
            assert asyncio.get_running_loop().time() - began < 5
            with pytest.raises(StoreFailed, match=r"token\.json\.usage\.lock"):
                await session(server, store=FileStore(tmp_path / "token.json")).open()
        finally:
            os.close(handle)


@virtual_time
async def test_slow_steady_bodies_are_not_taken_for_silence() -> None:
    """Headers are progress, and so is each piece of a long body that the server takes slowly."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        left = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
        while left:
            left -= len(await reader.read(1 << 16))
            await asyncio.sleep(0.02)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        await asyncio.sleep(2.5)
        writer.write(b"{}")
        await writer.drain()

    async with (
        listening(serve, receive_buffer=1 << 16) as server,  # what is under way stays small
        Session(token="x", base_url=url_of(server), timeout=Timeout(read=3.0)) as acton,
    ):
        answer = await acton.send(Request("POST", "/x", json={"text": "x" * 24_000_000}))
        assert answer.body == b"{}"
        assert asyncio.get_running_loop().time() > 6
