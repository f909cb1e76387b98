"""Files of rows for tasks: from a path, and from an address whose server does everything wrong."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from aiohttp import web

from asyncsdk import InvalidArgument, NotSent
from asyncsdk.fleet.taskiq.source_file import FetchBounds, source_file
from tests.support.http_server import serving
from tests.support.listening import Connected, listening, url_of

ROWS = b"Email\nada@example.com\n" * 1000


async def answer(request: web.BaseRequest) -> web.StreamResponse:
    """The rows, and what else a path asks for."""
    match request.path:
        case "/rows.csv" | "/rows.jsonl":
            return web.Response(body=ROWS)
        case "/moved":
            return web.Response(status=302, headers={"Location": "/rows.csv"})
        case "/moved-away":
            return web.Response(status=302, headers={"Location": "http://files.example.com/rows.csv?key=secret"})
        case "/moved-to-a-file":
            return web.Response(status=302, headers={"Location": "file:///etc/passwd"})
        case "/chunks":
            chunked = web.StreamResponse()
            await chunked.prepare(request)
            for _ in range(100):
                await chunked.write(ROWS)
            return chunked
        case path:
            return web.Response(status=int(path.removeprefix("/")))


async def read(source: str, bounds: FetchBounds | None = None) -> tuple[bytes, str]:
    """What a source holds, and how its file is called."""
    async with source_file(source, bounds or FetchBounds()) as path:
        content = await asyncio.to_thread(path.read_bytes)
        name = path.name
    return content, name


async def test_rows_come_from_a_path_and_from_an_address(tmp_path: Path) -> None:
    """They are the same bytes, the kind of file is told by the name, and what was fetched is removed."""
    path = tmp_path / "rows.csv"
    path.write_bytes(ROWS)
    assert await read(str(path)) == (ROWS, "rows.csv")
    assert path.exists()
    async with serving(answer) as url:
        assert await read(f"{url}/rows.csv?signature=secret") == (ROWS, "rows.csv")
        assert await read(f"{url}/rows.jsonl") == (ROWS, "rows.jsonl")
        assert await read(f"{url}/moved") == (ROWS, "rows.csv")
        async with source_file(f"{url}/rows.csv", FetchBounds()) as fetched:
            folder = fetched.parent
        assert not folder.exists()


@pytest.mark.parametrize(
    "source",
    [
        "http://files.example.com/rows.csv",
        "ftp://files.example.com/rows.csv",
        "file:///etc/passwd",
        "https://user:secret@files.example.com/rows.csv",
        "https://files.example.com/rows secret.csv",
        "https:///rows.csv?secret",
        "https://files.example.com:99999/secret",
        "https://[secret/rows.csv",
        "/no/such/folder/rows.csv",
    ],
)
async def test_other_addresses_are_refused(source: str) -> None:
    """Nothing is fetched without TLS but from this machine, and no message shows what may be a secret."""
    with pytest.raises(InvalidArgument) as raised:
        await read(source)
    assert "secret" not in str(raised.value)


async def test_a_redirect_leads_nowhere_else() -> None:
    """An address that a task could not name is not used because a server names it."""
    async with serving(answer) as url:
        for path in ("moved-away", "moved-to-a-file"):
            with pytest.raises(InvalidArgument) as raised:
                await read(f"{url}/{path}")
            assert "secret" not in str(raised.value)


async def test_a_long_file_is_refused() -> None:
    """More bytes than allowed are bad input, also where the server does not say how many come."""
    async with serving(answer) as url:
        for path in ("rows.csv", "chunks"):
            with pytest.raises(InvalidArgument, match="longer than 1,000 bytes"):
                await read(f"{url}/{path}", FetchBounds(most_bytes=1_000))


@pytest.mark.parametrize(
    ("status", "error"), [(404, InvalidArgument), (403, InvalidArgument), (500, NotSent), (429, NotSent)]
)
async def test_what_a_server_refuses(status: int, error: type[Exception]) -> None:
    """What is not there or not allowed is bad input; a server in trouble is asked again later."""
    async with serving(answer) as url:
        with pytest.raises(error, match=f"HTTP {status}"):
            await read(f"{url}/{status}")


def says(text: bytes, seconds: float = 0.0) -> Connected:
    """A server that says a text, whatever it is asked, and closes the connection after some seconds."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text)
        await writer.drain()
        await asyncio.sleep(seconds)

    return act


async def test_a_part_of_a_file_is_no_file() -> None:
    """A connection that breaks in the middle, an answer that is none, and nobody there: it is tried again later."""
    for text in (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nEmail\n", b"nonsense\r\n\r\n", b""):
        async with listening(says(text)) as server:
            with pytest.raises(NotSent):
                await read(f"{url_of(server)}/rows.csv")
    with pytest.raises(NotSent, match="cannot be fetched now"):
        await read("http://127.0.0.1:1/rows.csv")


@pytest.mark.slow
async def test_a_server_that_goes_silent_is_left() -> None:
    """Seconds without a byte end the fetch, and so does a task that is cancelled, at once."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nEmail\n"
    async with listening(says(head, 60.0)) as server:
        with pytest.raises(NotSent):
            await read(f"{url_of(server)}/rows.csv", FetchBounds(stall_seconds=0.2))
        task = asyncio.create_task(read(f"{url_of(server)}/rows.csv", FetchBounds(stall_seconds=60.0)))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 30
