"""Endpoints of the files of rejected rows."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of

__all__ = ["ENDPOINTS"]

MOST_LINES = 1000
MOST_CHARACTERS = 1_000_000


def list_files(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the files of rejected rows, the newest first: ``?offset=0&count=100``."""
    rejected = account.platform.rejected_rows
    files = rejected.files(*page_of(request))
    return {"total": rejected.total(), "files": [{"name": each.name, "lines": each.lines} for each in files]}


def read(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell the text of a file, CSV; of a long one the first 1,000 lines."""
    name = request.path["name"]
    lines = account.platform.rejected_rows.lines(name, MOST_LINES + 1)
    if not lines:
        raise ConsoleError(404, f"There is no file {name[:100]!r}.")
    text = "".join(lines[:MOST_LINES])
    truncated = len(lines) > MOST_LINES or len(text) > MOST_CHARACTERS
    return {"name": name, "text": text[:MOST_CHARACTERS], "truncated": truncated}


ENDPOINTS = (
    Endpoint("GET", "/rejected-files", list_files, PAGE_QUERY),
    Endpoint("GET", "/rejected-files/{name}", read),
)
