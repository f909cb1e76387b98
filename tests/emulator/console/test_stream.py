"""The stream: what happens is told at once, to any reader, and nobody has to wait for one that is slow."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest

from asyncsdk.emulator import Clock, Emulator, Hang, Pass, Settings
from asyncsdk.emulator.console.call_queue import CallQueue
from asyncsdk.emulator.console.streams import MOST_STREAMS
from asyncsdk.emulator.server.call import Call
from tests.emulator.console.client import ConsoleClient
from tests.emulator.console.event_reader import EventReader
from tests.emulator.driver import Raw
from tests.support.virtual_time import virtual_time


@asynccontextmanager
async def stream(console: ConsoleClient, query: str = "") -> AsyncIterator[EventReader]:
    """A stream that is open, and has told its first overview."""
    async with console.http.get(f"{console.url}/_emulator/stream{query}") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        reader = EventReader(answer)
        await reader.until("overview")
        yield reader


async def ended(reader: EventReader) -> dict[str, object]:
    """The next call that has ended, as it is told then."""
    while True:
        call: dict[str, object] = await reader.until("call")
        if call["state"] != "open":
            return call


async def eventually(true: Callable[[], bool]) -> None:
    """Let the server get on until something is true."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running() -> AsyncIterator[tuple[ConsoleClient, Raw]]:
    """An emulator without a limit per second, a client of its console and one of its API.

    Its clock stands still: jobs do not go on while a busy machine is slow.
    """
    clock = Clock(lambda: 1_700_000_000.0)
    async with Emulator(Settings(calls_per_second=None), clock=clock) as server, aiohttp.ClientSession() as http:
        yield ConsoleClient(server.url, http), Raw(server, http)


@virtual_time
async def test_a_call_is_told_before_and_after_it_ends() -> None:
    """With the same number: first it is open, and when its client goes away it is cut."""
    async with running() as (console, raw):
        raw.server.faults.add(Hang())
        async with stream(console) as reader:
            hanging = asyncio.create_task(raw.get("/api/1/account"))
            call = await reader.until("call")
            assert (call["number"], call["state"], call["status"], call["seconds"]) == (1, "open", None, None)
            hanging.cancel()
            await asyncio.wait([hanging])
            call = await ended(reader)
            assert (call["number"], call["state"], call["faults"]) == (1, "cut", ["Hang"])


@virtual_time
async def test_the_overview_follows_what_happens() -> None:
    """The counts are those of ``GET /overview``."""
    async with running() as (console, raw), stream(console) as reader:
        await raw.get("/api/1/account")
        assert (await ended(reader))["status"] == 200
        counts: dict[str, int] = {}
        while counts.get("calls") != 1 or counts["open_calls"]:
            overview = await reader.until("overview")
            counts = overview["counts"]
        told = await console.get("/overview")
        assert {**overview, "clock": 0} == {**told, "clock": 0}


@virtual_time
async def test_what_changed_is_named() -> None:
    """A list, a fault, a job that goes on with the clock, and calls that are forgotten: each part by its name."""
    async with running() as (console, raw), stream(console) as reader:
        raw.server.add_list("Leads", ["Email"], [["ada@example.com"]])
        assert (await reader.until("changed"))["parts"] == ["lists"]
        raw.server.faults.add(Pass())
        assert (await reader.until("changed"))["parts"] == ["faults"]
        await raw.create("Email,First Name\nada@example.com,Ada\n")
        assert "jobs" in (await reader.until("changed"))["parts"]
        raw.server.clock.advance(0.7)
        assert (await reader.until("changed"))["parts"] == ["jobs"]
        raw.server.calls.clear()
        assert (await reader.until("changed"))["parts"] == ["calls"]


@virtual_time
async def test_a_fault_that_was_used_up_at_once_is_told() -> None:
    """Who has read the script between two looks of the stream learns that the fault is gone."""
    async with running() as (console, raw), stream(console) as reader:
        raw.server.faults.add(Pass())
        raw.server.faults.for_call(["account.get"])
        assert (await reader.until("changed"))["parts"] == ["faults"]


@virtual_time
async def test_a_reset_changes_every_part_that_there_was() -> None:
    """Whoever shows a part knows that it is to be read again."""
    async with running() as (console, raw), stream(console) as reader:
        await console.post("/example")
        made = set((await reader.until("changed"))["parts"])
        assert {"lists", "suppressions", "messages", "events", "custom-data"} <= made
        await raw.get("/api/1/account")
        await console.post("/reset")
        assert made | {"calls"} <= set((await reader.until("changed"))["parts"])


@virtual_time
async def test_addresses_are_masked_unless_they_are_asked_for() -> None:
    """In the stream as everywhere in traffic."""
    async with running() as (console, raw), stream(console) as masked, stream(console, "?plain=1") as plain:
        await raw.get("/api/1/list/l-0001/record", email="ada@example.com")
        assert "ada" not in (await masked.until("call"))["path"]
        assert "email=ada@example.com" in (await plain.until("call"))["path"].replace("%40", "@")


@virtual_time
async def test_one_of_two_readers_goes_away() -> None:
    """The other one goes on, and nothing is left of the first."""
    async with running() as (console, raw):
        calls = raw.server.calls
        async with stream(console) as staying:
            async with stream(console):
                assert listeners(raw.server) == 2
            await eventually(lambda: listeners(raw.server) == 1)
            await raw.get("/api/1/account")
            assert (await ended(staying))["number"] == calls.total == 1
        await eventually(lambda: listeners(raw.server) == 0)


def listeners(server: Emulator) -> int:
    """Number of those who are told of calls."""
    return len(server.calls._listeners)


async def test_streams_end_with_the_server() -> None:
    """Each ends in order, and the server does not wait for them."""
    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        server = Emulator()
        await server.start()
        console = ConsoleClient(server.url, http)
        readers = [await stack.enter_async_context(stream(console)) for _ in range(3)]
        await server.stop()
        assert [await reader.next() for reader in readers] == [None] * 3
        assert listeners(server) == 0


@virtual_time
async def test_only_so_many_streams_are_open() -> None:
    """One more is refused with a sentence; when one is closed, there is room again."""
    async with running() as (console, raw):
        server = raw.server
        async with AsyncExitStack() as stack:
            for _ in range(MOST_STREAMS - 1):
                await stack.enter_async_context(stream(console))
            async with stream(console):
                status, sentence = (await console.ask("GET", "/stream")).error
                assert (status, sentence) == (503, "There are 20 streams already; close one first.")
            await eventually(lambda: listeners(server) == MOST_STREAMS - 1)
            async with stream(console):
                pass


@virtual_time
async def test_head_opens_no_stream() -> None:
    """The headers come, and the answer ends."""
    async with running() as (console, raw):
        server = raw.server
        told = await console.ask("HEAD", "/stream")
        assert (told.status, told.body) == (200, b"")
        assert told.headers["Content-Security-Policy"]
        assert listeners(server) == 0


@pytest.mark.slow
async def test_a_reader_that_takes_nothing_costs_nothing() -> None:
    """Calls are answered as ever; it is told later how many calls it missed, and not of all of them."""
    async with running() as (console, raw):
        host, port = console.url.removeprefix("http://").split(":")
        with socket.socket() as idle:
            idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            idle.connect((host, int(port)))
            idle.sendall(f"GET /_emulator/stream HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            await eventually(lambda: listeners(raw.server) == 1)
            for _ in range(36):
                answers = await asyncio.gather(*(raw.get("/" + "x" * 7500) for _ in range(50)))
                assert {answer.status for answer in answers} == {404}
            idle.setblocking(False)
            received = bytearray()
            async with asyncio.timeout(120):
                while b"event: missed" not in received:
                    received += await asyncio.get_running_loop().sock_recv(idle, 1 << 20)
            assert received.count(b"event: call") < 1500


@pytest.mark.slow
async def test_the_server_does_not_wait_for_a_reader_that_takes_nothing() -> None:
    """It stops at once, though there is something left to tell."""
    async with running() as (console, raw):
        host, port = console.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as idle:
            idle.sendall(f"GET /_emulator/stream HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            await eventually(lambda: listeners(raw.server) == 1)
            for _ in range(20):
                await asyncio.gather(*(raw.get("/" + "x" * 7500) for _ in range(50)))
            async with asyncio.timeout(60):
                await raw.server.stop()
            assert listeners(raw.server) == 0


def call_of(number: int) -> Call:
    """Some call with this number."""
    return Call(0.0, "GET", "/", {}, {}, new_connection=False, number=number)


def test_a_queue_that_is_full_gives_up_all_and_says_how_many() -> None:
    """The reader knows that it has to read the log anew, and goes on with what comes then."""
    queue = CallQueue(limit=3)
    for number in range(1, 5):
        queue.put(call_of(number))
    queue.put(call_of(5))
    calls, missed = queue.take()
    assert ([call.number for call in calls], missed) == ([5], 4)
    assert queue.take() == ([], 0)
    assert not queue.filled.is_set()


def test_a_call_that_changes_again_waits_once() -> None:
    """It is told as it is when its turn comes, in the order of the last changes."""
    queue = CallQueue()
    first, second = call_of(1), call_of(2)
    for call in (first, second, first):
        queue.put(call)
    assert queue.take() == ([second, first], 0)


@virtual_time
async def test_an_idle_stream_is_kept_alive() -> None:
    """A comment comes every 15 seconds, though nothing happens."""
    async with running() as (console, _), stream(console) as reader:
        reading = asyncio.create_task(reader.next())
        await asyncio.sleep(50)
        assert reader.comments == ["retry: 1000", *[": alive"] * 3]
        reading.cancel()
        await asyncio.wait([reading])
