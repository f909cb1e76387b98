"""Endpoints of the rows of lists: the records."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.api.lists import columns_of, named_list
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.state.list_records import Record, Span
from asyncsdk.emulator.state.lists import StoredList
from asyncsdk.http.messages import Json

__all__ = ["ENDPOINTS"]


async def read_all(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the rows of a list; with ``search``, those that have a text in any cell, in upper or lower case."""
    listed, (offset, count) = named_list(account, request), page_of(request)
    records, text = account.platform.records, request.query.get("search", "")
    if text:
        total, found = await records.search(listed, text, offset, count)
        named_list(account, request)  # it may have been deleted meanwhile
    else:
        total, found = listed.size, records.page(listed, Span(), offset, count)
    return {"total": total, "columns": columns_of(listed), "rows": [_told(listed, record) for record in found]}


def add(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Add rows, all or none: ``{"rows": [["ada@example.com", "Ada"], {"Email": "alan@example.com"}]}``."""
    check_names(request.body, ("rows",))
    rows: Json = request.body.get("rows")
    ids = account.add_rows(named_list(account, request).id, rows)
    return {"added": len(ids), "ids": ids}


def read(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell one row of a list: its id, cells and times."""
    listed = named_list(account, request)
    return _told(listed, _named_row(account, listed, request))


def change(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Change cells of a row: ``{"cells": {"City": "Rome"}}``; an array of cells replaces all of them."""
    listed = named_list(account, request)
    row_id = _named_row(account, listed, request).id_in(listed)
    check_names(request.body, ("cells",))
    cells: Json = request.body.get("cells")
    account.change_row(listed.id, row_id, cells)
    return read(account, request)


def remove(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Delete a row of a list."""
    listed = named_list(account, request)
    account.remove_row(listed.id, _named_row(account, listed, request).id_in(listed))
    return {"deleted": 1}


def _named_row(account: EmulatedAccount, listed: StoredList, request: ConsoleRequest) -> Record:
    row_id = request.path["row_id"]
    found = account.platform.records.by_id(listed, row_id)
    if found is None:
        raise ConsoleError(404, f"There is no row {row_id[:60]!r} in the list {listed.id}.")
    return found


def _told(listed: StoredList, record: Record) -> JsonObject:
    return {
        "id": record.id_in(listed),
        "cells": record.cells,
        "created_time": record.created,
        "modified_time": record.modified,
    }


ENDPOINTS = (
    Endpoint("GET", "/lists/{list_id}/rows", read_all, (*PAGE_QUERY, "search")),
    Endpoint("POST", "/lists/{list_id}/rows", add),
    Endpoint("GET", "/lists/{list_id}/rows/{row_id}", read),
    Endpoint("PATCH", "/lists/{list_id}/rows/{row_id}", change),
    Endpoint("DELETE", "/lists/{list_id}/rows/{row_id}", remove),
)
