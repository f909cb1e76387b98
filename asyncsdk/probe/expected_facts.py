"""Expected facts: what the reference answers to a check, asked by several of the things that it holds.

An account is asked by the first form or contact that it shows, to spend few calls. The reference is asked by later
ones as well, which cost nothing: a key that one answer has and another lacks is no key that must be there.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from attrs import evolve

from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.check import Access, Check, NothingToAsk
from asyncsdk.probe.fact import AnswerShape, Fact
from asyncsdk.probe.shape import merge

__all__ = ["expected_facts"]

CHOICES: Final = 4
"""Things of a kind that the reference is asked by; what is asked alike for two of them is sent once."""


async def expected_facts(check: Check, account: ProbedAccount) -> dict[str, Fact]:
    """The facts that the reference gives, by name; none where it holds nothing to ask by.

    Args:
        check: one check; what it writes is written once.
        account: the reference's.
    """
    facts = await _facts_of(check, account, 0)
    for choice in range(1, CHOICES if check.access is Access.READ else 1):
        for name, fact in (await _facts_of(check, account, choice)).items():
            if name in facts:
                facts[name] = _merged(facts[name], fact)
    return facts


async def _facts_of(check: Check, account: ProbedAccount, choice: int) -> dict[str, Fact]:
    account.choice = choice
    facts: dict[str, Fact] = {}
    with suppress(NothingToAsk):
        async for fact in check.run(account):
            facts[fact.name] = fact
    return facts


def _merged(first: Fact, later: Fact) -> Fact:
    """The first fact, with what a later answer of the same kind shows besides."""
    one, other = first.value, later.value
    if not isinstance(one, AnswerShape) or not isinstance(other, AnswerShape):
        return first
    if (one.status, one.content_type, one.error) != (other.status, other.content_type, other.error):
        return first
    problems = dict.fromkeys((*one.problems, *other.problems))
    unknown_keys = sorted({*one.unknown_keys, *other.unknown_keys})
    body = merge(one.body, other.body)
    return evolve(first, value=evolve(one, body=body, problems=tuple(problems), unknown_keys=tuple(unknown_keys)))
