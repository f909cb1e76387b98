"""Checks that create a list of their own, and delete it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from asyncsdk.api import Lists
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Access, Check
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.job_polls import POLLS, JobPolls, job_facts
from asyncsdk.probe.list_facts import headings_facts
from asyncsdk.probe.rejects_facts import rejects_facts
from asyncsdk.probe.scratch_list import HEADINGS, REMOVAL_CALLS, address, csv_file, scratch_list

__all__ = ["CHECKS"]


async def _empty(account: ProbedAccount) -> AsyncGenerator[Fact]:
    async with scratch_list(account) as scratch:
        yield answer_fact("lists.create_empty: answer", await scratch.create_empty())
        if not scratch.list_id:
            return
        page = await account.call(Lists.download, scratch.list_id)
        yield answer_fact("lists.download, empty list: answer", page)
        for fact in headings_facts("lists.download, empty list", page):
            yield fact
        yield answer_fact("lists.delete: answer", await scratch.delete())
        yield answer_fact("lists.delete, list that is gone: answer", await scratch.delete())
        gone = await account.call(Lists.download, scratch.list_id)
        yield answer_fact("lists.download, list that is gone: answer", gone)


async def _from_file(account: ProbedAccount) -> AsyncGenerator[Fact]:
    good = [(address("1"), "Ada", "one"), (address("2"), "Bert", "two")]
    bad = [("no-address", "Cleo", "three"), ("", "Dora", "four")]
    name = "lists.create, two good rows and two without an address"
    async with scratch_list(account) as scratch:
        ends: list[JobPolls] = []
        submitted = await scratch.create(csv_file([*good, *bad]))
        async for fact in job_facts(name, account, submitted, ends.append):
            yield fact
        if not ends:
            return
        scratch.job_ended(ends[0])
        yield Fact(f"{name}: the report names the new list", bool(scratch.list_id), route="lists.upload_status")
        async for fact in _rejects(name, account, ends[0], bad):
            yield fact
        if scratch.list_id:
            page = await account.call(Lists.download, scratch.list_id)
            for fact in headings_facts(name, page):
                yield fact


async def _rejects(
    name: str, account: ProbedAccount, polls: JobPolls, bad: list[tuple[str, str, str]]
) -> AsyncIterator[Fact]:
    file_name = polls.report.get("rejects_file")
    named = isinstance(file_name, str) and bool(file_name)
    yield Fact(f"{name}: the report names a file of rejects", named, route="lists.upload_status")
    if named:
        answer = await account.call(Lists.rejected_records, file_name)
        for fact in rejects_facts(f"{name}: file of rejects", answer, HEADINGS, bad):
            yield fact
    unknown = await account.call(Lists.rejected_records, "asyncsdk-probe-no-such-file.csv")
    yield answer_fact("lists.rejected_records, unknown file: answer", unknown)


CHECKS: Final = (
    Check(
        "lists.create_empty, lists.delete",
        "What is answered to the creation and the deletion of a list, and of one that is gone?",
        5 + REMOVAL_CALLS,
        _empty,
        Access.WRITE,
    ),
    Check(
        "lists.create",
        "Which words has a job that creates a list from a file, and how is the file of rejects laid out?",
        4 + POLLS + REMOVAL_CALLS,
        _from_file,
        Access.WRITE,
    ),
)
