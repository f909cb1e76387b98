"""Checks of one call: the answer of a route to some arguments."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import cast

from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Check
from asyncsdk.probe.checks.listing import Held, Listing
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.key_names import PLAIN_KEYS, KeyNames
from asyncsdk.routing.route import route_of

__all__ = ["asks", "lists"]


def asks(
    method: Callable[..., object],
    question: str,
    case: str = "answer",
    key_names: KeyNames = PLAIN_KEYS,
    query: Mapping[str, str] | None = None,
    **arguments: object,
) -> Check:
    """A check that makes one call that reads, and gives the shape of its answer, or of its refusal.

    Args:
        method: the method of the table.
        question: what it finds out, in one sentence.
        case: what is particular about the call, such as ``unknown list``.
        key_names: which keys are told.
        query: query parameters that the method would refuse.
        arguments: the call's arguments; a ``Held`` one is found in the account.
    """
    name = f"{route_of(method).name}: {case}"

    async def run(account: ProbedAccount) -> AsyncGenerator[Fact]:
        found = {key: await _found(value, account) for key, value in arguments.items()}
        yield answer_fact(name, await account.read(method, query=query, **found), key_names)

    return Check(name, question, 1, run)


def lists(listing: Listing, question: str, case: str = "answer", key_names: KeyNames = PLAIN_KEYS) -> Check:
    """The check of a listing, in whose answer other checks find what they ask with."""
    return asks(listing.method, question, case, key_names, None, **listing.arguments)


async def _found(value: object, account: ProbedAccount) -> object:
    """An argument, once what the account must hold for it is found; also within an array."""
    if isinstance(value, list):
        return [await _found(member, account) for member in cast("list[object]", value)]
    return await value.find(account) if isinstance(value, Held) else value
