"""Endpoints of suppression lists: hard bounces, spam complaints and opt-outs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import frozen

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names, text_of, text_or_none_of
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.state.suppressions import Suppressed, SuppressedAddress
from asyncsdk.emulator.validators import did_you_mean

__all__ = ["ENDPOINTS"]


@frozen
class _Kind:
    """One suppression list, and the account's methods that change it."""

    stored: Suppressed
    add: Callable[[EmulatedAccount, str, str | None], None]
    remove: Callable[[EmulatedAccount, str], bool]


_KINDS: Final[Mapping[str, _Kind]] = {
    "hard-bounces": _Kind("hardbounce", EmulatedAccount.add_hard_bounce, EmulatedAccount.remove_hard_bounce),
    "spam-complaints": _Kind(
        "spamcomplaint", EmulatedAccount.add_spam_complaint, EmulatedAccount.remove_spam_complaint
    ),
    "opt-outs": _Kind("optout", EmulatedAccount.add_opt_out, EmulatedAccount.remove_opt_out),
}


def read_all(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List ``hard-bounces``, ``spam-complaints`` or ``opt-outs``, the newest first; ``search`` keeps some."""
    kind, (offset, count) = _named_kind(request).stored, page_of(request)
    suppressions, part = account.platform.suppressions, request.query.get("search", "")
    found = suppressions.newest(kind, part, offset, count)
    return {"total": suppressions.count(kind, part), "addresses": [_told(address) for address in found]}


def add(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Suppress an address: ``{"email", "origin"?}``; one that is there keeps its time and origin."""
    kind = _named_kind(request)
    check_names(request.body, ("email", "origin"))
    email = text_of(request.body, "email")
    kind.add(account, email, text_or_none_of(request.body, "origin"))
    found = account.platform.suppressions.find(kind.stored, email)
    if found is None:
        raise ConsoleError(404, "The address was removed meanwhile.")
    return _told(found)


def remove(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Lift a suppression: the address gets mail again."""
    kind, email = _named_kind(request), request.path["email"]
    if not kind.remove(account, email):
        raise ConsoleError(404, f"{email[:100]!r} is not among the {request.path['kind']}.")
    return {"deleted": 1}


def _named_kind(request: ConsoleRequest) -> _Kind:
    name = request.path["kind"]
    found = _KINDS.get(name)
    if found is None:
        raise ConsoleError(
            404,
            f"There is no suppression list {name[:60]!r}, only {', '.join(_KINDS)}.{did_you_mean(name, _KINDS)}",
        )
    return found


def _told(address: SuppressedAddress) -> JsonObject:
    return {"email": address.email, "time": address.time, "origin": address.origin}


ENDPOINTS = (
    Endpoint("GET", "/suppressions/{kind}", read_all, (*PAGE_QUERY, "search")),
    Endpoint("POST", "/suppressions/{kind}", add),
    Endpoint("DELETE", "/suppressions/{kind}/{email}", remove),
)
