"""Requests that are no HTTP: refused, and told in one line."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk.emulator import Emulator


@pytest.mark.parametrize("request_line", ["GET /\u00e9?access_token=a-secret HTTP/1.1", "GET / HTTP/9.9"])
async def test_malformed_requests_are_told_in_a_line(
    request_line: str, acton_server: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A request that no parser takes gets 400; the log says so without a stack trace and without its text."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(acton_server.url.rpartition(":")[2]))
    writer.write(f"{request_line}\r\nHost: localhost\r\n\r\n".encode())
    assert b" 400 " in await reader.readline()
    writer.close()
    (record,) = caplog.records
    assert record.getMessage().startswith("A malformed request was refused (")
    assert record.exc_info is None
    assert "a-secret" not in caplog.text
