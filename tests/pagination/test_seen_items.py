"""Knowing items of a list again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from attrs import evolve, frozen

from asyncsdk.models import Asset, Suppression
from asyncsdk.pagination.seen_items import SeenItems, identity_of


@frozen
class Row:
    """An item without an id that cannot be hashed."""

    cells: Mapping[str, object]
    when: datetime


WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def test_an_id_is_enough() -> None:
    """What else has changed does not matter."""
    asset = Asset(id="l-0001", name="Leads")
    assert identity_of(asset) == identity_of(evolve(asset, name="Customers"))
    assert identity_of(asset) != identity_of(evolve(asset, id="l-0002"))


@pytest.mark.parametrize(
    ("item", "alike", "other"),
    [
        ("a", "a", "b"),
        (
            Suppression("a@example.com", WHEN),
            Suppression("a@example.com", WHEN),
            Suppression("b@example.com", WHEN),
        ),
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, {"a": 1, "b": [3]}),
        ([1, {"a": 2}], [1, {"a": 2}], [1, {"a": 3}]),
        (Row({"a": [1]}, WHEN), Row({"a": [1]}, WHEN), Row({"a": [2]}, WHEN)),
        (Asset(name="x"), Asset(name="x"), Asset(name="y")),
        (None, None, ""),
    ],
)
def test_without_an_id_all_counts(item: object, alike: object, other: object) -> None:
    """Equal items have one key, whether or not they can be hashed; others have another."""
    assert identity_of(item) == identity_of(alike)
    assert identity_of(item) != identity_of(other)


def test_what_was_given_long_ago_is_forgotten() -> None:
    """A long list does not fill the memory: the last thousand are known, those of long ago are not."""
    known = SeenItems()
    for start in range(0, 4000, 500):
        known.add(range(start, start + 500))
        assert all(item in known for item in range(max(0, start - 500), start + 500))
    assert not any(item in known for item in range(1000))
    known.add([200])
    assert 200 in known


def test_an_item_that_is_changed_after_it_was_given_is_known_as_it_was() -> None:
    """What a caller does with an item does not make it new."""
    known = SeenItems()
    item = {"a": 1}
    known.add([item])
    item["a"] = 2
    assert {"a": 1} in known
    assert item not in known
