"""People of the example company: invented names, at the addresses that are reserved for examples."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from attrs import frozen

__all__ = ["Person", "people"]

_FIRST: Final = (
    *("Maya", "Jonas", "Priya", "Tom", "Zoë", "Luca", "Hana", "Owen", "Inés", "Karl", "Amara", "Felix", "Noor"),
    *("Elif", "Marco", "Sofia", "Anton", "Chloe", "Diego", "Edith", "Farid", "Greta", "Hugo", "Ivana", "Jules"),
    *("Kemal", "Leila", "Milan", "Nina", "Oskar", "Paula", "Quinn", "Rosa", "Sven", "Tara", "Uma", "Viktor"),
)
_LAST: Final = (
    *("Abbott", "Bauer", "Castillo", "Dahl", "Evans", "Ferrari", "Garcia", "Hansen", "Ito", "Jansen", "Kaya"),
    *("Lindgren", "Moreau", "Novak", "O'Brien", "Patel", "Quist", "Rossi", "Schmidt", "Tanaka", "Ueda", "Vargas"),
    *("Weber", "Xu", "Young", "Zieliński", "Adeyemi", "Brandt", "Costa", "Dubois", "Eriksen"),
)
_CITIES: Final = (
    *(("Berlin", "Germany"), ("Lyon", "France"), ("Portland", "United States"), ("Porto", "Portugal")),
    *(("Oslo", "Norway"), ("Austin", "United States"), ("Kyoto", "Japan"), ("Leeds", "United Kingdom")),
    *(("Gdańsk", "Poland"), ("Turin", "Italy"), ("Toronto", "Canada"), ("Seville", "Spain"), ("Ghent", "Belgium")),
)
_COMPANIES: Final = (
    *("Corner Café", "Hotel Meridian", "Blue Door Bakery", "Harbour Books", "Atelier Nord", "Station Kitchen"),
    *("Green Lane Grocers", "Studio Okra", "The Reading Room", "Villa Serena", "Old Mill Co-op"),
)
_DOMAINS: Final = ("example.com", "example.org", "example.net")

_PLAIN: Final = str.maketrans({"ë": "e", "é": "e", "ń": "n", "'": None})


@frozen
class Person:
    """One person."""

    email: str
    first_name: str
    last_name: str
    company: str
    city: str
    country: str


_KNOWN: Final = (
    Person("ada@example.com", "Ada", "Lovelace", "Analytical Engines", "London", "United Kingdom"),
    Person("grace@example.com", "Grace", "Hopper", "Compilers & Co", "New York", "United States"),
    Person("kay@example.com", "Kay", "McNulty", "Harbour Books", "Philadelphia", "United States"),
)
"""Those that the guides name."""


def people(count: int) -> list[Person]:
    """So many people, the same each time, each with an address of their own; at most 1,000."""
    return list(islice(_everybody(), count))


def _everybody() -> Iterator[Person]:
    yield from _KNOWN
    # The numbers of first and last names have no common divisor: no pair comes twice before each came once.
    for number in range(len(_FIRST) * len(_LAST)):
        first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
        city, country = _CITIES[number * 5 % len(_CITIES)]
        address = f"{first}.{last}".translate(_PLAIN).lower()
        domain = _DOMAINS[number % len(_DOMAINS)]
        yield Person(f"{address}@{domain}", first, last, _COMPANIES[number * 7 % len(_COMPANIES)], city, country)
