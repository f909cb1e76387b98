"""Lists of the example company, and the addresses that get no mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from asyncsdk.emulator.example_company.people import Person, people
from asyncsdk.emulator.example_company.timeline import Timeline
from asyncsdk.emulator.state.lists import Heading

__all__ = ["CUSTOMERS", "LEADS", "LISTS", "READERS", "ExampleList", "write_lists"]

_NAMES: Final = (Heading("Email", "EMAIL"), Heading("First Name", "FIRSTNAME"), Heading("Last Name", "LASTNAME"))
_PLACE: Final = (Heading("City"), Heading("Country"))
_SOURCES: Final = ("Web form", "Trade fair", "Recommended", "Newsletter")
_PLANS: Final = ("Weekly", "Fortnightly", "Monthly")
_EVERYBODY: Final = people(420)


@frozen
class ExampleList:
    """A list."""

    id: str
    name: str
    columns: Sequence[Heading]
    rows: Sequence[list[str]]
    since: int
    """How many days ago its first record came."""


def _names(person: Person) -> list[str]:
    return [person.email, person.first_name, person.last_name]


LEADS: Final = ExampleList(
    "l-0001",
    "Leads",
    (*_NAMES, Heading("Company"), *_PLACE, Heading("Source")),
    [
        [*_names(each), each.company, each.city, each.country, _SOURCES[number % len(_SOURCES)]]
        for number, each in enumerate(_EVERYBODY[:180])
    ],
    90,
)
READERS: Final = ExampleList(
    "l-0002",
    "Newsletter",
    (*_NAMES, *_PLACE),
    [[*_names(each), each.city, each.country] for each in _EVERYBODY[120:]],
    400,
)
CUSTOMERS: Final = ExampleList(
    "l-0003",
    "Customers",
    (*_NAMES, Heading("Company"), *_PLACE, Heading("Plan")),
    [
        [*_names(each), each.company, each.city, each.country, _PLANS[number % len(_PLANS)]]
        for number, each in enumerate(_EVERYBODY[150:216])
    ],
    300,
)
LISTS: Final = (LEADS, READERS, CUSTOMERS)

_VISITS: Final = 12
"""At so many times a list got its records."""


def write_lists(timeline: Timeline) -> None:
    """Write the lists, and a few addresses that get no mail."""
    state = timeline.state
    for example in LISTS:
        timeline.go_to(example.since)
        listed = state.lists.add(example.name, example.columns, list_id=example.id, folder="Roastery")
        size = -(-len(example.rows) // _VISITS)
        for visit in range(_VISITS):
            timeline.go_to(example.since * (1 - visit / _VISITS))
            with state.store.batch():
                state.records.append(listed, example.rows[visit * size : (visit + 1) * size])
    timeline.go_to(40)
    for person in _EVERYBODY[130:134]:
        state.suppressions.add("hardbounce", person.email, "Spring menu")
    timeline.go_to(25)
    for person in _EVERYBODY[140:149]:
        state.suppressions.add("optout", person.email, f"User: {state.settings.user_name}")
    if state.category("Newsletter") is not None:
        for person in _EVERYBODY[200:206]:
            state.subscriptions.say(person.email, "Newsletter", wanted=False)
