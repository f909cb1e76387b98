"""Listings: calls that list what an account holds, and what a check finds in their answers to ask further with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from attrs import field, frozen

from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.check import NothingToAsk

__all__ = ["Held", "Listing", "objects_in"]

DEEPEST: Final = 5
"""Levels of an answer in which objects are looked for: the envelopes of some listings are not published."""

Fits = Callable[[Mapping[str, Any]], bool]


@frozen
class Listing:
    """A call that lists what an account holds."""

    method: Callable[..., object]
    """The method of the table."""

    what: str
    """What it lists, such as ``a form``."""

    arguments: Mapping[str, object] = field(factory=dict[str, object])
    """The arguments of the call."""

    async def read(self, account: ProbedAccount) -> Answer:
        """Make the call, once for all checks."""
        return await account.read(self.method, query=None, **self.arguments)

    def first(self, key: str = "id", fits: Fits = lambda _: True) -> Held:
        """The first object that has a key.

        Args:
            key: whose value is wanted.
            fits: which objects will do.
        """
        return Held(self, key, fits)


@frozen
class Held:
    """Something that an account holds, found in a listing."""

    listing: Listing
    key: str
    fits: Fits

    async def find(self, account: ProbedAccount) -> str:
        """Its value, as text.

        Raises:
            NothingToAsk: the account holds none.
        """
        found = [
            str(value)
            for told in objects_in((await self.listing.read(account)).json)
            if isinstance(value := told.get(self.key), (str, int)) and value != "" and self.fits(told)
        ]
        if not found:
            raise NothingToAsk(f"the account does not show {self.listing.what}")
        return account.choose(found)


def objects_in(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The objects in an answer, in their order, the outer ones first."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        told = cast("dict[str, Any]", value)
        yield told
        for inner in told.values():
            yield from objects_in(inner, depth + 1)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from objects_in(inner, depth + 1)
