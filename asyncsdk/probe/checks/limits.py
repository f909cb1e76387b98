"""Check of the limits: what a call looks like that is refused since there were too many in a second."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from asyncsdk.api import Account
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.burst import MOST, Burst
from asyncsdk.probe.check import Access, Check
from asyncsdk.probe.fact import Fact, value_fact

__all__ = ["CHECKS"]

_SILENCE: Final = 1.5
"""Seconds without a call, so that the second before the burst is empty."""

_PAUSES: Final = (1.5, 5.0, 15.0, 30.0)
"""Seconds between two tries whether calls are answered again."""

_SPEAKS_OF_LIMITS: Final = ("limit", "quota", "rate", "retry", "throttl")
_SECONDS: Final = 6
"""Digits of a Retry-After that is told as it is."""


async def _burst(account: ProbedAccount) -> AsyncGenerator[Fact]:
    name = "more calls in a second than are allowed"
    usual = await account.call(Account.get)
    await account.pause(_SILENCE)
    burst = Burst(account, Account.get)
    try:
        answers = await burst.send()
        yield Fact(f"{name}: one is refused", answers.refusal is not None)
        if answers.refusal is None:
            return
        yield Fact(f"{name}: answered before", _few(answers.answered))
        yield answer_fact(f"{name}: refusal", answers.refusal)
        yield Fact(f"{name}: Retry-After", _retry_after(answers.refusal))
        yield value_fact(f"{name}: headers that speak of limits", _headers(answers.refusal))
        yield value_fact("an answer as usual: headers that speak of limits", _headers(usual))
        yield Fact(f"{name}: answered again", await _answered_again(account, burst))
    finally:
        await burst.count()


async def _answered_again(account: ProbedAccount, burst: Burst) -> str:
    """After how many seconds without a call one is answered."""
    for seconds in _PAUSES:
        await account.pause(seconds)
        if not (await burst.call()).refused:
            return f"after {seconds:g} s without a call"
    return f"not after {_PAUSES[-1]:g} s without a call"


def _few(answered: int) -> str:
    return "fewer than 5" if answered < 5 else "5 to 9" if answered < 10 else "10 or more"


def _retry_after(refusal: Answer) -> str:
    told = refusal.header("Retry-After").strip()
    if not told:
        return "none"
    return f"{told} seconds" if told.isdecimal() and len(told) <= _SECONDS else "a date, or another text"


def _headers(answer: Answer) -> list[str]:
    """The names of headers that speak of limits; their values are not told."""
    return [
        name.lower() for name in answer.response.headers if any(word in name.lower() for word in _SPEAKS_OF_LIMITS)
    ]


CHECKS: Final = (
    Check(
        "limits: calls in a second",
        "What is answered to a call beyond those that a second allows, and for how long?",
        1 + MOST + len(_PAUSES),
        _burst,
        Access.LIMITS,
    ),
)
