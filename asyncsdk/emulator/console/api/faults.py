"""Endpoints of the faults: the script of what goes wrong."""

from __future__ import annotations

import math
from typing import Any

import attrs

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.fault_kinds import fault_from, fault_kinds
from asyncsdk.emulator.console.json_fields import check_names, objects_of, text_of, whole_of
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject
from asyncsdk.http.messages import Json

__all__ = ["ENDPOINTS"]


def entries(account: EmulatedAccount, _: ConsoleRequest) -> JsonObject:
    """List what is still to go wrong."""
    return {
        "entries": [
            {"on": entry.on, "left": entry.left, "faults": [_described(fault) for fault in entry.faults]}
            for entry in account.faults.entries
        ]
    }


def _described(fault: attrs.AttrsInstance) -> JsonObject:
    arguments = attrs.asdict(fault, recurse=False)
    return {"kind": type(fault).__name__, "arguments": {name: _json(each) for name, each in arguments.items()}}


def _json(value: Any) -> Json:
    """A value of a fault; those that JSON has no word for, by what they are."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if callable(value):
        return "(a function)"
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def kinds(_: EmulatedAccount, __: ConsoleRequest) -> JsonObject:
    """List the kinds of faults and their arguments."""
    return {"kinds": [kind.described() for kind in fault_kinds().values()]}


def add(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Add to the script: ``{"on": "contacts.upsert", "times": 1, "faults": [{"kind": "Cut"}]}``."""
    check_names(request.body, ("on", "times", "faults"))
    on = text_of(request.body, "on") if "on" in request.body else "any"
    times = whole_of(request.body, "times", 1)
    faults = [fault_from(given) for given in objects_of(request.body, "faults")]
    account.faults.add(*faults, on=on, times=times)
    return entries(account, request)


def clear(account: EmulatedAccount, _: ConsoleRequest) -> JsonObject:
    """Forget the script."""
    deleted = len(account.faults.entries)
    account.faults.clear()
    return {"deleted": deleted}


ENDPOINTS = (
    Endpoint("GET", "/faults", entries),
    Endpoint("POST", "/faults", add),
    Endpoint("DELETE", "/faults", clear),
    Endpoint("GET", "/faults/kinds", kinds),
)
