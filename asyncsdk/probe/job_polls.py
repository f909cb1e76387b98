"""Job polls: looks at a job from its submission to its end, and gives what each look said as facts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final, cast

from attrs import frozen

from asyncsdk.api import Lists
from asyncsdk.jobs.status_parser import upload_details
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.key_names import PLAIN_KEYS
from asyncsdk.probe.masked_words import masked_words

__all__ = ["POLLS", "JobPolls", "job_facts", "job_id_of", "poll_job"]

_PAUSES: Final = (0.5, 1, 2, 5, 12, 30)
"""Seconds between two looks: a job of a few rows should be done within a minute."""

POLLS: Final = len(_PAUSES) + 1
"""Looks at one job at most."""


@frozen
class JobPolls:
    """Answers to the looks at one job, in their order."""

    answers: tuple[Answer, ...]

    @property
    def end(self) -> Answer | None:
        """The answer that told that the job has ended; None if none did."""
        last = self.answers[-1]
        return last if _has_ended(last) else None

    @property
    def report(self) -> Mapping[str, Any]:
        """The report of the job; an empty object if it gave none."""
        end = self.end
        return {} if end is None else upload_details(end.object) or {}


async def poll_job(account: ProbedAccount, job_id: str) -> JobPolls:
    """Look at a job of lists until it has ended, for a minute at most."""
    answers = [await account.call(Lists.upload_status, job_id)]
    for seconds in _PAUSES:
        if _has_ended(answers[-1]):
            break
        await account.pause(seconds)
        answers.append(await account.call(Lists.upload_status, job_id))
    return JobPolls(tuple(answers))


def job_id_of(submitted: Answer) -> str:
    """The id in the answer that begins a job; empty if there is none."""
    told = submitted.object.get("jobId")
    return str(told) if isinstance(told, (str, int)) and not isinstance(told, bool) else ""


async def job_facts(
    name: str, account: ProbedAccount, submitted: Answer, told: Callable[[JobPolls], object] = lambda _: None
) -> AsyncIterator[Fact]:
    """Facts of a job: the answer that begins it, its words, its end and its counts.

    Args:
        name: what the job does, such as ``lists.merge, UPSERT``.
        account: the account.
        submitted: the answer that begins the job.
        told: given what the looks said, once the job has ended.
    """
    yield answer_fact(f"{name}: answer", submitted)
    job_id = job_id_of(submitted)
    if not job_id:
        return
    polls = await poll_job(account, job_id)
    told(polls)
    for fact in _facts_of(name, polls):
        yield fact


def _facts_of(name: str, polls: JobPolls) -> Iterator[Fact]:
    route = "lists.upload_status"
    for word in sorted({_word(answer) for answer in polls.answers if not _has_ended(answer)}):
        # Of its own each: an account that is quick shows fewer of them, which is no difference.
        yield Fact(f"{name}: status before the end: {word}", True, route=route)
    end = polls.end
    yield Fact(f"{name}: the job ends within a minute", end is not None, route=route)
    if end is None:
        return
    yield answer_fact(f"{name}: status at the end", end)
    yield Fact(f"{name}: word at the end", _word(end), route=route)
    details, text = end.object.get("details"), end.object.get("jobDetails")
    if isinstance(details, dict) and isinstance(text, str):
        as_text = upload_details({"jobDetails": text})
        same = as_text is not None and cast("dict[str, Any]", details).items() <= as_text.items()
        yield Fact(f"{name}: jobDetails says the same as details", same, route=route)
    for key, count in polls.report.items():
        if isinstance(count, int) and not isinstance(count, bool):
            yield Fact(f"{name}: {PLAIN_KEYS.name(key, 0)}", count, route=route)


def _has_ended(answer: Answer) -> bool:
    told = answer.object
    return answer.refused or told.get("status") == "success" or "details" in told or "jobDetails" in told


def _word(answer: Answer) -> str:
    told = answer.object.get("status")
    return masked_words(told, answer.sent) if isinstance(told, str) else "none"
