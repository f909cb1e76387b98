"""Checks that write single records into a list of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asyncsdk import clock
from asyncsdk.api import Contacts, Lists
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Access, Check
from asyncsdk.probe.fact import Fact, value_fact
from asyncsdk.probe.job_polls import POLLS, job_facts
from asyncsdk.probe.key_names import KeyNames
from asyncsdk.probe.list_facts import headings_facts, records_facts
from asyncsdk.probe.scratch_list import EMAIL, FIRST_NAME, HEADINGS, NOTE, REMOVAL_CALLS, address, empty_list

__all__ = ["CHECKS"]

_ADA: Final = address("1")
_BERT: Final = address("2")
_KEYS: Final = KeyNames(
    frozenset({*HEADINGS, "contactID", "contact_id", "contact", "errorCode", "id", "message", "status", ".tz"})
)


def _record(email: str, name: str, note: str) -> dict[str, str]:
    return {EMAIL: email, FIRST_NAME: name, NOTE: note}


def _saved(name: str, answer: Answer) -> list[Fact]:
    """The answer to a write of one record: its shape, and its words."""
    message = answer.object.get("message")
    words = message if isinstance(message, str) and not answer.refused else None
    return [
        answer_fact(f"{name}: answer", answer, _KEYS),
        value_fact(f"{name}: message", words, route=answer.route.name, sent=answer.sent),
    ]


def _id_in(answer: Answer) -> str:
    told = answer.object.get("id") or answer.object.get("contact_id")
    return told if isinstance(told, str) else ""


async def _written(account: ProbedAccount) -> AsyncGenerator[Fact]:
    async with empty_list(account) as list_id:
        added = await account.call(Contacts.add, list_id, data=_record(_ADA, "Ada", "one"))
        twice = await account.call(Contacts.add, list_id, data=_record(_ADA, "Ada", "two"), return_contact=True)
        inserted = await account.call(Contacts.upsert, list_id, email=_BERT, data={FIRST_NAME: "Bert"})
        updated = await account.call(Contacts.upsert, list_id, email=_ADA.upper(), data={NOTE: "upserted"})
        for name, answer in (
            ("contacts.add", added),
            ("contacts.add, the same address again, with returncontact", twice),
            ("contacts.upsert, a new address, which the record does not name", inserted),
            ("contacts.upsert, an address that is there twice, in capitals", updated),
        ):
            for fact in _saved(name, answer):
                yield fact
        expected = [(_ADA, "Ada", "upserted"), (_ADA, "Ada", "two"), (_BERT, "Bert", "")]
        page = await account.call(Lists.download, list_id)
        for fact in records_facts("after contacts.add and upsert", page, expected):
            yield fact
        first = _id_in(updated) == _id_in(added) if _id_in(added) and _id_in(updated) else None
        yield Fact("contacts.upsert, of two the first record is changed", first, route="contacts.upsert")


async def _by_id(account: ProbedAccount) -> AsyncGenerator[Fact]:
    async with empty_list(account) as list_id:
        record = _id_in(await account.call(Contacts.add, list_id, data=_record(_ADA, "Ada", "one")))
        if not record:
            return
        for contact in (False, True):
            changed = await account.call(
                Contacts.update, list_id, record, data={NOTE: "changed"}, return_contact=contact or None
            )
            for fact in _saved(f"contacts.update{', with returncontact' if contact else ''}", changed):
                yield fact
        yield answer_fact("contacts.get, a new record: answer", await account.call(Contacts.get, list_id, record))
        found = await account.call(Contacts.find, list_id, email=_ADA)
        yield answer_fact("contacts.find, a new record: answer", found, _KEYS)
        nobody = await account.call(Contacts.find, list_id, email=_BERT)
        yield answer_fact("contacts.find, an address that is not there: answer", nobody, _KEYS)
        yield answer_fact("contacts.delete: answer", await account.call(Contacts.delete, list_id, record))
        gone = await account.call(Contacts.delete, list_id, record)
        yield answer_fact("contacts.delete, a record that is gone: answer", gone)
        missing = await account.call(Contacts.get, list_id, record)
        yield answer_fact("contacts.get, a record that is gone: answer", missing)


async def _keys(account: ProbedAccount) -> AsyncGenerator[Fact]:
    """Keys of a record, and deletions of several: which are taken."""
    tried: tuple[tuple[str, dict[str, str]], ...] = (
        ("system types as keys", {"EMAIL": _ADA, "FIRSTNAME": "Ada"}),
        ("headings in small letters as keys", {EMAIL.lower(): _ADA, NOTE.lower(): "one"}),
        ("a key that the list lacks", {EMAIL: _ADA, "Another Heading": "one"}),
        ("no keys", {}),
        ("no address", {FIRST_NAME: "Ada"}),
        ("a text that is no address", _record("no-address", "Ada", "one")),
    )
    records: list[str] = []
    async with empty_list(account) as list_id:
        for what, data in tried:
            answer = await account.call(Contacts.add, list_id, data=data)
            yield answer_fact(f"contacts.add, {what}: answer", answer, _KEYS)
            records.append(_id_in(answer))
        known = [record for record in records if record][:1]
        several = await account.call(Lists.delete_records, list_id, record_ids=[*known, f"{list_id}:fffffff"])
        yield answer_fact("lists.delete_records, one that is there and one that is not: answer", several)


async def _filters(account: ProbedAccount) -> AsyncGenerator[Fact]:
    """How a list is filtered by time: from an hour ago on, and in which unit."""
    hour_ago = datetime.fromtimestamp(clock.wall(), UTC) - timedelta(hours=1)
    in_an_hour = hour_ago + timedelta(hours=2)
    seconds = str(int(hour_ago.timestamp()))
    tried: tuple[tuple[str, dict[str, Any]], ...] = (
        ("modafter an hour ago, in milliseconds", {"modified_after": hour_ago}),
        ("modafter an hour ago, in seconds", {"query": {"modafter": seconds}}),
        ("modafter in an hour, in milliseconds", {"modified_after": in_an_hour}),
        ("createdafter an hour ago, in milliseconds", {"created_after": hour_ago}),
        ("createdbefore an hour ago, in milliseconds", {"created_before": hour_ago}),
    )
    async with empty_list(account) as list_id:
        await account.call(Contacts.add, list_id, data=_record(_ADA, "Ada", "one"))
        for what, arguments in tried:
            page = await account.call(Lists.download, list_id, **arguments)
            for fact in records_facts(f"lists.download, {what}", page, []):
                yield fact
        dated = await account.call(Lists.download, list_id, date_qualifiers=True)
        yield answer_fact("lists.download, with datequalifiers: answer", dated)
        for fact in headings_facts("lists.download, with datequalifiers", dated):
            yield fact
        both = await account.call(Lists.download, list_id, query={"fields": EMAIL, "datequalifiers": "true"})
        yield answer_fact("lists.download, fields and datequalifiers: answer", both)


async def _later(account: ProbedAccount) -> AsyncGenerator[Fact]:
    async with empty_list(account) as list_id:
        for name in ("contacts.submit_upsert, a new address", "contacts.submit_upsert, the same again"):
            submitted = await account.call(
                Contacts.submit_upsert, list_id, email=_ADA, data=_record(_ADA, "Ada", "one")
            )
            async for fact in job_facts(name, account, submitted):
                yield fact


CHECKS: Final = (
    Check(
        "contacts.add and upsert",
        "What is answered to a record that is added or upserted, and which of two is changed?",
        6 + REMOVAL_CALLS,
        _written,
        Access.WRITE,
    ),
    Check(
        "contacts: by id",
        "What is answered to a record that is changed, found or deleted, and to one that is gone?",
        9 + REMOVAL_CALLS,
        _by_id,
        Access.WRITE,
    ),
    Check(
        "contacts.add: keys",
        "Which keys may a record have, and how are others refused?",
        8 + REMOVAL_CALLS,
        _keys,
        Access.WRITE,
    ),
    Check(
        "lists.download: filters by time",
        "How do modafter and createdafter filter, and in which unit?",
        9 + REMOVAL_CALLS,
        _filters,
        Access.WRITE,
    ),
    Check(
        "contacts.submit_upsert",
        "What is answered to an asynchronous upsert, and what does its job tell?",
        3 + 2 * POLLS + REMOVAL_CALLS,
        _later,
        Access.WRITE,
    ),
)
