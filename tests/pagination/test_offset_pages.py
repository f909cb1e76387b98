"""Pages by offset: one with ``await``, all items with ``async for``, and an end whatever the list does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from asyncsdk import ListChanged, Page, Pages
from tests.support.changing_list import ChangingList, Item, read_until_change, walked


async def test_await_reads_one_page_as_asked() -> None:
    """``await`` makes one call with the count and offset given, and gives a page that is a sequence."""
    source = ChangingList(30)
    page = await source.by_offset(count=10, offset=5)
    assert source.offsets == [(10, 5)]
    assert source.ahead == [False]
    assert (list(page), len(page), page[0], page[-1], page[1:3]) == (list(range(5, 15)), 10, 5, 14, (6, 7))
    assert (page.offset, page.count, page.total_count) == (5, 10, 30)
    await source.by_offset()
    assert source.offsets[-1] == (None, None)


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("count", [1, 2, 10])
@pytest.mark.parametrize("length", [0, 1, 9, 10, 11, 20, 25])
async def test_a_walk_gives_every_item_once(length: int, count: int, counts: bool) -> None:
    """All items in order, whether or not the server counts them."""
    assert await walked(ChangingList(length, counts=counts).by_offset(count)) == list(range(length))


@pytest.mark.parametrize(
    ("length", "counts", "calls"),
    [(25, True, 3), (20, True, 2), (0, True, 1), (25, False, 3), (20, False, 3), (19, False, 2), (0, False, 1)],
)
async def test_a_walk_makes_no_call_too_many(length: int, counts: bool, calls: int) -> None:
    """Where the total is known the walk ends with it; else a short or empty page tells the end."""
    source = ChangingList(length, counts=counts)
    await walked(source.by_offset(10))
    assert len(source.asked) == calls


async def test_each_page_begins_with_the_last_item_of_the_page_before() -> None:
    """So one more is asked for than a page is to hold."""
    source = ChangingList(35)
    await walked(source.by_offset(10))
    assert source.offsets == [(10, 0), (11, 9), (11, 19), (11, 29)]


async def test_a_walk_takes_the_largest_pages() -> None:
    """Without a count the walk asks for 1,000 at a time, the most there is, overlap included."""
    source = ChangingList(2500)
    assert await walked(source.by_offset()) == list(range(2500))
    assert source.offsets == [(1000, 0), (1000, 999), (1000, 1998)]


async def test_a_walk_begins_at_the_offset() -> None:
    """Items before the offset are skipped."""
    assert await walked(ChangingList(25).by_offset(10, offset=7)) == list(range(7, 25))
    assert await walked(ChangingList(25).by_offset(10, offset=99)) == []


@pytest.mark.parametrize("most", [2, 4, 9])
async def test_a_server_that_gives_less_than_asked_loses_nothing(most: int) -> None:
    """Where the total is known, a server with smaller pages is asked on, for no more than it gives."""
    source = ChangingList(25, most=most)
    assert await walked(source.by_offset(10)) == list(range(25))
    assert {count for count, _ in source.offsets[1:]} == {most}
    assert len(source.asked) == len(set(source.offsets))


async def test_a_walk_can_be_begun_again() -> None:
    """Each walk begins anew."""
    pages = ChangingList(25).by_offset(10)
    async for item in pages:
        if item == 3:
            break
    assert await walked(pages) == list(range(25))


async def test_items_that_look_alike_are_all_given() -> None:
    """In a list that does not change, equal items are as many as there are."""
    items = ["a", "a", "a", "b", "a", "a", "c", "c", "c", "c"]
    assert await walked(ChangingList(items).by_offset(3)) == items
    rows = [{"clicks": 1}] * 10
    assert await walked(ChangingList(rows, counts=False).by_offset(3)) == rows


# A list that changes


@pytest.mark.parametrize("counts", [True, False])
async def test_items_deleted_before_the_place_hide_nothing(counts: bool) -> None:
    """What comes next has moved ahead, and is found there."""
    changes = iter([slice(0, 7), slice(0, 1)])

    def delete(source: ChangingList) -> None:
        del source.items[next(changes, slice(0, 0))]

    assert await walked(ChangingList(40, counts=counts, between=delete).by_offset(10)) == list(range(40))


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("added", [1, 9, 25])
async def test_items_added_before_the_place_give_nothing_twice(added: int, counts: bool) -> None:
    """What was given comes again, and is known; also when more was added than a page holds."""

    def add(source: ChangingList) -> None:
        if len(source.asked) == 3:
            source.items[:0] = range(100, 100 + added)

    read = await walked(ChangingList(40, counts=counts, between=add).by_offset(10))
    assert [item for item in read if item < 100] == list(range(40))


async def test_the_last_item_given_may_be_the_one_that_is_deleted() -> None:
    """The place is found again by the items before it."""

    def delete(source: ChangingList) -> None:
        source.items = [item for item in source.items if item != 9]

    source = ChangingList(30, between=delete)
    assert await walked(source.by_offset(10)) == list(range(30))


async def test_an_item_that_was_changed_is_known_by_its_id() -> None:
    """A new name makes no new item."""

    def rename(source: ChangingList) -> None:
        source.items = [Item("new"), *(Item(each.id, "renamed") for each in source.items)][: len(source.items) + 1]

    things = [Item(str(number)) for number in range(6)]
    read = await walked(ChangingList(things, between=rename).by_offset(3))
    assert sorted(each.id for each in read if each.id != "new") == [each.id for each in things]


@pytest.mark.parametrize("counts", [True, False])
async def test_a_list_that_shrinks_ends_the_walk(counts: bool) -> None:
    """Where more is deleted between two pages than a walk goes back for, it says so and skips nothing."""
    source = ChangingList(200, counts=counts, between=lambda source: source.items.__delitem__(slice(0, 60)))
    read, said = await read_until_change(source.by_offset(10))
    assert read == list(range(10))
    assert "begin again" in said


@pytest.mark.parametrize("counts", [True, False])
async def test_a_list_that_grows_ends_the_walk(counts: bool) -> None:
    """Records added at the end are read, too, and the walk ends when no more come."""
    source = ChangingList(
        30, counts=counts, between=lambda source: source.items.extend(range(len(source.items), 75))
    )
    assert await walked(source.by_offset(10)) == list(range(75))


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("offset", [None, 5])
async def test_a_list_that_is_emptied_ends_the_walk(offset: int | None, counts: bool) -> None:
    """Nothing is left to give."""
    source = ChangingList(30, counts=counts, between=lambda source: source.items.clear())
    assert len(await walked(source.by_offset(10, offset))) == 10


async def test_survivors_before_the_first_offset_are_found() -> None:
    """A walk that did not begin at the start goes back there if it must."""
    source = ChangingList(
        30, between=lambda source: source.items.__delitem__(slice(0, max(0, len(source.items) - 15)))
    )
    assert await walked(source.by_offset(10, offset=7)) == list(range(7, 30))


async def test_a_list_that_was_replaced_is_not_mixed_with_the_old_one() -> None:
    """When nothing that was given is there any more, no place can be found."""
    source = ChangingList(30, between=lambda source: setattr(source, "items", list(range(100, 130))))
    with pytest.raises(ListChanged, match="10 items had been given"):
        await walked(source.by_offset(10))


async def test_a_list_that_never_stops_changing_ends_the_walk() -> None:
    """A walk that gets nowhere gives up."""

    def turn(source: ChangingList) -> None:
        source.items = source.items[15:] if len(source.items) > 40 else [*range(-15, 0), *source.items]

    with pytest.raises(ListChanged):
        await walked(ChangingList(40, between=turn).by_offset(10))


async def test_a_total_that_is_never_reached_is_not_believed_for_ever() -> None:
    """A server that counts more than it gives is found out, after all that it gives."""

    async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[int]:
        part = tuple(range(12))[ask["offset"] : ask["offset"] + ask["count"]]
        return Page(part, ask["offset"], len(part), 1_000_000)

    read, said = await read_until_change(Pages(fetch, {"count": 10, "offset": None}))
    assert read == list(range(12))
    assert "does not go on" in said


@pytest.mark.parametrize("total", [-1, 1_000_000])
@pytest.mark.parametrize("later", [(), tuple(range(10)), tuple(range(11))])
async def test_a_server_that_does_not_heed_the_offset_ends_the_walk(later: tuple[int, ...], total: int) -> None:
    """The same items again, or none where there should be some, are no endless list."""

    async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[int]:
        return Page(later if ask["offset"] else tuple(range(10)), 0, 10, total)

    read, _ = await read_until_change(Pages(fetch, {"count": 10, "offset": None}))
    assert read == list(range(max(10, len(later))))


async def test_a_list_that_is_empty_only_in_part_is_not_taken_for_emptied() -> None:
    """Where there should be items, and none are given from the very start on, the walk says so."""
    pages = iter([Page(tuple(range(10)), 0, 10, 30)])

    async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[int]:
        return next(pages, Page((), ask["offset"], 0, 30))

    read, said = await read_until_change(Pages(fetch, {"count": 10, "offset": None}))
    assert read == list(range(10))
    assert "begin again" in said
