"""Checks of single records, and of what is told of a contact."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from asyncsdk.api import Contacts
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Check, NothingToAsk
from asyncsdk.probe.checks.list_records import FILLED_LIST, UNKNOWN_LIST, first_rows
from asyncsdk.probe.checks.one_call import asks
from asyncsdk.probe.fact import Fact, value_fact
from asyncsdk.probe.key_names import KeyNames
from asyncsdk.probe.list_page import rows_of

__all__ = ["CHECKS", "NOBODY", "NO_COOKIE", "first_address"]

NOBODY: Final = "asyncsdk-probe-nobody@example.com"
NO_COOKIE: Final = "asyncsdk-probe-no-cookie"

_RECORD: Final = KeyNames(
    frozenset({"contactID", "_contact_id_", "contact_id", "contactid", "id", ".tz", "errorCode", "message"})
)
"""A record is an object whose keys are the headings of its list."""


async def _first_record(account: ProbedAccount) -> str:
    firsts = [row[0] for row in rows_of(await first_rows(account)) if row]
    found = [record_id for record_id in firsts if isinstance(record_id, str) and ":" in record_id]
    if not found:
        raise NothingToAsk("the list shows no id of a record")
    return account.choose(found)


async def first_address(account: ProbedAccount) -> str:
    """The address of a record of a list.

    Raises:
        NothingToAsk: the list shows none.
    """
    cells = [cell for row in rows_of(await first_rows(account)) for cell in row[1:]]
    found = [cell for cell in cells if isinstance(cell, str) and "@" in cell]
    if not found:
        raise NothingToAsk("the list shows no address")
    return account.choose(found)


async def _get(account: ProbedAccount) -> AsyncGenerator[Fact]:
    record_id = await _first_record(account)
    answer = await account.read(Contacts.get, await FILLED_LIST.find(account), record_id)
    yield answer_fact("contacts.get: answer", answer, _RECORD)
    values: object = answer.json
    starts = values[:1] == [record_id] if isinstance(values, list) else None
    yield value_fact("contacts.get: the first value is the record's id", starts, route="contacts.get")


async def _find(account: ProbedAccount) -> AsyncGenerator[Fact]:
    address = await first_address(account)
    answer = await account.read(Contacts.find, await FILLED_LIST.find(account), email=address)
    yield answer_fact("contacts.find: answer", answer, _RECORD)
    key = next((key for key in ("contactID", "_contact_id_", "contact_id", "id") if key in answer.object), None)
    yield Fact("contacts.find: key of the record's id", key or "another one", route="contacts.find")
    capitals = await account.read(Contacts.find, await FILLED_LIST.find(account), email=address.upper())
    found = not capitals.refused and capitals.object.get(key or "") == answer.object.get(key or "")
    yield value_fact("contacts.find: an address in capitals is the same", found, route="contacts.find")


async def _facts(account: ProbedAccount) -> AsyncGenerator[Fact]:
    record_id = await _first_record(account)
    answer = await account.read(Contacts.facts, await FILLED_LIST.find(account), record_id)
    yield answer_fact("contacts.facts: answer", answer)


CHECKS: Final = (
    Check("contacts.get: answer", "What does one record look like?", 1, _get),
    Check("contacts.find: answer", "How is a record found by its address?", 2, _find),
    Check("contacts.facts: answer", "What is told of what a contact did?", 1, _facts),
    asks(
        Contacts.get,
        "How is an unknown record refused?",
        "unknown record",
        list_id=FILLED_LIST,
        record_id=f"{UNKNOWN_LIST}:fffffff",
    ),
    asks(
        Contacts.get,
        "How is a record of an unknown list refused?",
        "unknown list",
        list_id=UNKNOWN_LIST,
        record_id=f"{UNKNOWN_LIST}:0",
    ),
    asks(
        Contacts.facts,
        "How are the facts of an unknown record refused?",
        "unknown record",
        list_id=FILLED_LIST,
        record_id=f"{UNKNOWN_LIST}:fffffff",
    ),
    asks(
        Contacts.find,
        "How is it told that an address is not in a list?",
        "unknown address",
        _RECORD,
        list_id=FILLED_LIST,
        email=NOBODY,
    ),
    asks(
        Contacts.find,
        "How is a search in an unknown list refused?",
        "unknown list",
        _RECORD,
        list_id=UNKNOWN_LIST,
        email=NOBODY,
    ),
    asks(
        Contacts.lookup_cookie,
        "How is it told that a cookie is unknown?",
        "unknown cookie",
        _RECORD,
        cookie=NO_COOKIE,
    ),
)
