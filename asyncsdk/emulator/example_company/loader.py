"""Loader of the example company."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.example_company.activity import write_activity
from asyncsdk.emulator.example_company.company_lists import LISTS, write_lists
from asyncsdk.emulator.example_company.mail import write_mail
from asyncsdk.emulator.example_company.timeline import DAY, Timeline
from asyncsdk.emulator.state.custom_schemas import CustomSchemaRepository
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["ExampleRefused", "is_loaded", "load"]


class ExampleRefused(InvalidArgument):
    """The example company cannot be loaded into this account."""


def is_loaded(account: EmulatedAccount) -> bool:
    """Whether the example company is there; lists of it may have been deleted since."""
    names = {listed.id: listed.name for listed in account.platform.lists.all()}
    return any(names.get(example.id) == example.name for example in LISTS)


def load(account: EmulatedAccount) -> None:
    """Load the example company into an account that has none of its lists.

    Raises:
        ExampleRefused: it is there already; a list of the account has the id, or custom data the name, that it
            needs; or the clock shows a time at which it was not there yet. Nothing is written then.
    """
    if is_loaded(account):
        raise ExampleRefused("The example company is there already; reset the emulator to load it anew.")
    taken = sorted({example.id for example in LISTS} & set(account.list_ids().values()))
    if taken:
        raise ExampleRefused(f"The example company has a list {taken[0]}, and so has the account: reset it first.")
    if account.platform.repository(CustomSchemaRepository).schema_named("Order") is not None:
        raise ExampleRefused(
            "The example company has custom data named Order, and so has the account: reset it first."
        )
    if account.clock.now() < max(example.since for example in LISTS) * DAY:
        raise ExampleRefused("The example company began before 1970 by the emulator's clock: move the clock ahead.")
    timeline = Timeline(account)
    write_lists(timeline)
    write_mail(timeline)
    write_activity(timeline)
