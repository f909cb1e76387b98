"""Left lists: removes the lists that killed probes have left, by the ids that they wrote down."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from attrs import frozen

from asyncsdk.api import Lists
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.budget import BudgetSpent
from asyncsdk.probe.job_polls import JobPolls
from asyncsdk.probe.made_lists import MadeList, MadeLists
from asyncsdk.probe.scratch_list import list_is_gone

__all__ = ["LeftLists", "account_name", "remove_left_lists"]


@frozen
class LeftLists:
    """Left lists of killed probes, by what became of them."""

    removed: int = 0
    """How many were removed."""

    kept: tuple[str, ...] = ()
    """The names of those that could not be removed now; the next run tries again."""

    unknown: tuple[str, ...] = ()
    """The names of those whose ids were never told: the user is told once, and may look for them."""

    elsewhere: int = 0
    """How many are in other accounts, and were not touched."""

    budget_spent: bool = False
    """Whether the budget of calls ended it early."""


async def account_name(account: ProbedAccount) -> str:
    """A name for the account: the server, and the account's number. Every account has a list ``l-0001``.

    Raises:
        NothingToAsk: the account does not tell its number.
    """
    return f"{account.session.base_url} {await account.account_id()}"


async def remove_left_lists(account: ProbedAccount, folder: Path) -> LeftLists:
    """Remove what killed probes have left in this account.

    Args:
        account: the account.
        folder: the folder for the state of programs.

    Raises:
        ActOnError: the account cannot be asked.
        StoreFailed: a record cannot be read.
    """
    name = await account_name(account)
    removed, elsewhere, spent = 0, 0, False
    kept: list[str] = []
    unknown: list[str] = []
    with closing(MadeLists.left_behind(folder)) as records:
        for record in records:
            if record.account != name:
                elsewhere += len(record.left)
                continue
            for made in record.left:
                try:
                    list_id = await _removed_id(account, made)
                except BudgetSpent:
                    list_id, spent = None, True
                if list_id is None:
                    kept.append(made.name)
                    continue
                record.removed(made.name)
                removed += bool(list_id)
                if not list_id:
                    unknown.append(made.name)
    return LeftLists(removed, tuple(kept), tuple(unknown), elsewhere, budget_spent=spent)


async def _removed_id(account: ProbedAccount, made: MadeList) -> str | None:
    """The id of a list that is gone now; empty if it is not known, None if the list is there, or will be."""
    list_id = await _list_id(account, made)
    if not list_id or list_is_gone(await account.call(Lists.delete, list_id)):
        return list_id
    return None


async def _list_id(account: ProbedAccount, made: MadeList) -> str | None:
    """The id of a list, also of one that a job has created; empty if it is not known, None if it will be later."""
    if made.list_id or not made.job_id:
        return made.list_id
    polls = JobPolls((await account.call(Lists.upload_status, made.job_id),))
    told = polls.report.get("listId")
    return told if isinstance(told, str) else None if polls.end is None else ""
