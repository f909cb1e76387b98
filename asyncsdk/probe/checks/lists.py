"""Checks of the listing of lists and other assets."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from asyncsdk.api import Lists
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Check
from asyncsdk.probe.checks.listing import Listing
from asyncsdk.probe.checks.one_call import asks, lists
from asyncsdk.probe.fact import Fact, value_fact

__all__ = ["CHECKS", "CONTACT_LISTS", "EVENT_SETS"]

CONTACT_LISTS: Final = Listing(Lists.all, "a list", {"count": 100})
EVENT_SETS: Final = Listing(Lists.all, "a set of custom events", {"listing_type": "custom_events", "count": 5})

_OTHER_TYPES: Final = (
    *("header", "footer", "sender", "media", "pages", "template_message", "draft_message", "landing_page"),
    *("sent_message", "triggered_message", "test_message", "failed_message", "scheduled_message"),
)
_FAR: Final = 1_000_000


async def _past_the_end(account: ProbedAccount) -> AsyncGenerator[Fact]:
    first = await CONTACT_LISTS.read(account)
    answer = await account.read(Lists.all, count=5, offset=_FAR)
    yield answer_fact("lists.all: page past the end", answer)
    told, total = answer.object, first.object.get("totalCount")
    route = "lists.all"
    yield value_fact("lists.all: count past the end is 0", told.get("count") == 0, route=route)
    yield value_fact("lists.all: totalCount stays past the end", told.get("totalCount") == total, route=route)
    yield value_fact("lists.all: offset is echoed", told.get("offset") == _FAR, route=route)


async def _case_of_type(account: ProbedAccount) -> AsyncGenerator[Fact]:
    lower = await EVENT_SETS.read(account)
    upper = await account.read(Lists.all, query={"listingtype": "CUSTOM_EVENTS"}, count=5)
    same = lower.json == upper.json if lower.object.get("count") else None
    yield value_fact("lists.all: a listing type in capitals means the same", same, route="lists.all")


CHECKS: Final = (
    lists(CONTACT_LISTS, "What is told of a list?"),
    lists(EVENT_SETS, "What is told of a set of custom events?", "listing type custom_events"),
    *(
        asks(
            Lists.all,
            f"What is told of an asset of the listing type {each}?",
            f"listing type {each}",
            listing_type=each,
            count=5,
        )
        for each in _OTHER_TYPES
    ),
    Check("lists.all: page past the end", "What does a page past the end of a listing hold?", 1, _past_the_end),
    Check("lists.all: case of a listing type", "Is a listing type in capitals the same one?", 1, _case_of_type),
)
