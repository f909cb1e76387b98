"""Endpoints of lists."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names, text_of, text_or_none_of
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.state.lists import StoredList

__all__ = ["ENDPOINTS", "columns_of", "named_list"]


def named_list(account: EmulatedAccount, request: ConsoleRequest) -> StoredList:
    """The list that the path names.

    Raises:
        ConsoleError: there is none, or none any longer.
    """
    list_id = request.path["list_id"]
    found = account.platform.lists.find(list_id)
    if found is None:
        raise ConsoleError(404, f"There is no list {list_id[:60]!r}.")
    return found


def read_all(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the lists with their columns and sizes, the oldest first."""
    offset, count = page_of(request)
    found = account.platform.lists.all()
    return {"total": len(found), "lists": [_told(listed) for listed in found[offset : offset + count]]}


def add(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Create a list: ``{"name": "Leads", "columns": ["Email", ["First Name", "FIRSTNAME"]], "rows": [...]}``.

    ``list_id`` and ``folder`` may be given, too. A heading stands alone or with its type. A row is an array of
    cells, or an object of cells by heading; every cell is a text.
    """
    body = request.body
    check_names(body, ("name", "columns", "rows", "list_id", "folder"))
    list_id = account.add_list(
        text_of(body, "name"),
        body.get("columns", ()),
        body.get("rows", ()),
        list_id=text_or_none_of(body, "list_id") or None,
        folder=text_or_none_of(body, "folder"),
    )
    return _told(account.platform.lists.require(list_id))


def read(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell one list: its name, folder, size, times and columns."""
    return _told(named_list(account, request))


def remove(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Delete a list with its records."""
    account.remove_list(named_list(account, request).id)
    return {"deleted": 1}


def columns_of(listed: StoredList) -> list[JsonObject]:
    """The columns of a list, in their order."""
    return [{"heading": column.heading, "type": column.type} for column in listed.columns]


def _told(listed: StoredList) -> JsonObject:
    return {
        "id": listed.id,
        "name": listed.name,
        "folder": listed.folder,
        "size": listed.size,
        "created_time": listed.created,
        "modified_time": listed.modified,
        "columns": columns_of(listed),
    }


ENDPOINTS = (
    Endpoint("GET", "/lists", read_all, PAGE_QUERY),
    Endpoint("POST", "/lists", add),
    Endpoint("GET", "/lists/{list_id}", read),
    Endpoint("DELETE", "/lists/{list_id}", remove),
)
