"""Lists by page number, by token, and all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from asyncsdk import ListChanged, Page, Pages
from tests.support.changing_list import ChangingList, Item, read_until_change, walked


def things(*numbers: int) -> list[Item]:
    """Items with ids."""
    return [Item(str(number)) for number in numbers]


# Numbered


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize(("length", "calls"), [(0, 1), (9, 1), (10, 2), (25, 3), (30, 4)])
async def test_numbered_pages_are_asked_for_until_one_is_short(length: int, calls: int, counts: bool) -> None:
    """The first page is 0, and each is as large as was asked for."""
    source = ChangingList(length, counts=counts)
    assert await walked(source.by_number(page_size=10)) == list(range(length))
    assert source.asked == [{"page": number, "page_size": 10} for number in range(calls)]


async def test_numbered_pages_hold_fifty_unless_told_otherwise() -> None:
    """The size that is published as usual is asked for by name, also where the row's own is smaller."""
    source = ChangingList(120)
    assert await walked(source.by_number()) == list(range(120))
    assert source.asked == [{"page": number, "page_size": 50} for number in range(3)]


async def test_a_walk_begins_at_the_page() -> None:
    """Pages before it are skipped."""
    source = ChangingList(25)
    assert await walked(source.by_number(page=2, page_size=10)) == list(range(20, 25))
    assert source.numbers == [2]


async def test_await_reads_one_numbered_page() -> None:
    """As asked for, with the row's own size where none is given."""
    source = ChangingList(25)
    assert list(await source.by_number(page=1, page_size=10)) == list(range(10, 20))
    await source.by_number()
    assert source.asked[-1] == {"page": None, "page_size": None}


async def test_a_server_that_gives_less_than_a_great_size_loses_nothing() -> None:
    """The greatest size is not published, so above the usual one only an empty page is the end."""
    source = ChangingList(250, most=100)
    assert await walked(source.by_number(page_size=500)) == list(range(250))
    assert source.numbers == [0, 1, 2, 3]


@pytest.mark.parametrize("added", [1, 4, 7])
async def test_items_that_moved_to_a_later_page_are_given_once(added: int) -> None:
    """They are known by their ids, also when they moved by more than a page."""

    def add(source: ChangingList) -> None:
        if len(source.asked) == 2:
            source.items[:0] = things(*range(100, 100 + added))

    source = ChangingList(things(*range(12)), between=add)
    read = await walked(source.by_number(page_size=5))
    assert [each for each in read if int(each.id) < 100] == things(*range(12))
    assert len(read) == len(set(read))


async def test_numbered_items_without_ids_are_all_given() -> None:
    """Two that look alike may well be two, such as contacts of which only the first name was asked for."""
    rows = [{"First Name": name} for name in ["Ada", "Bob", "Ada", "Ada", "Bob", "Eve", "Ada"]]
    assert await walked(ChangingList(rows).by_number(page_size=3)) == rows


@pytest.mark.parametrize("items", [[1, 2, 3], things(1, 2, 3)])
async def test_a_server_that_does_not_heed_the_page_ends_the_walk(items: list[Any]) -> None:
    """The same page again is no endless list."""

    async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[Any]:
        assert ask["page"] < 100
        return Page(tuple(items))

    read, said = await read_until_change(Pages(fetch, {"page": None, "page_size": 3}))
    assert read == items
    assert "repeats itself" in said


async def test_rows_that_all_look_alike_may_go_on() -> None:
    """Contacts of whom only the country was asked for fill pages that look the same; but not for ever."""
    rows = [{"Country": "US"}] * 17
    assert await walked(ChangingList(rows).by_number(page_size=3)) == rows

    async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[Any]:
        assert ask["page"] < 100
        return Page(tuple(rows[:3]))

    _, said = await read_until_change(Pages(fetch, {"page": None, "page_size": 3}))
    assert "repeats itself" in said


async def test_a_server_that_goes_round_ends_the_walk() -> None:
    """Nor are the same few pages in turn."""

    async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[Any]:
        assert ask["page"] < 100
        return Page(tuple(things(2 * (ask["page"] % 3), 2 * (ask["page"] % 3) + 1)))

    read, said = await read_until_change(Pages(fetch, {"page": None, "page_size": 2}))
    assert read == things(0, 1, 2, 3, 4, 5)
    assert "repeats itself" in said


# By token


def by_token(pages: Mapping[str | None, Page[Any]], asked: list[Any], **arguments: Any) -> Pages[Any]:
    """A list whose pages are asked for by token."""

    async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[Any]:
        asked.append(dict(ask))
        assert len(asked) < 100, "the walk does not end"
        return pages[ask["next_page_token"]]

    given = {"page_strategy": "CURSOR", "next_page_token": None, "page_size": None, "page": None, **arguments}
    return Pages(fetch, given)


@pytest.mark.parametrize("inside", [False, True])
async def test_tokens_are_followed_to_the_end(inside: bool) -> None:
    """Each answer's token asks for the next page, whether it stands at the top or one object further in."""

    def told(token: str | None) -> Any:
        return {"paging": {"nextPageToken": token}, "x": 1} if inside else {"nextPageToken": token}

    asked: list[Any] = []
    pages = {
        None: Page((1, 2), rest=told("a")),
        "a": Page((3, 4), rest=told("b")),
        "b": Page((5, 6), rest=told(None)),
    }
    assert await walked(by_token(pages, asked, page_size=2)) == [1, 2, 3, 4, 5, 6]
    assert asked == [{"next_page_token": token, "page_size": 2} for token in (None, "a", "b")]


async def test_a_walk_begins_at_the_token() -> None:
    """A token that was kept goes on where it stands."""
    asked: list[Any] = []
    pages = {"b": Page((5,))}
    assert await walked(by_token(pages, asked, page_size=2, next_page_token="b")) == [5]


async def test_a_short_page_without_a_token_is_the_last() -> None:
    """Nobody needs a token behind the end; nor behind an empty page that has one."""
    asked: list[Any] = []
    assert await walked(by_token({None: Page((1, 2))}, asked, page_size=3)) == [1, 2]
    assert await walked(by_token({None: Page((1, 2))}, asked)) == [1, 2]
    assert await walked(by_token({None: Page((), rest={"nextPageToken": "a"})}, asked)) == []
    assert len(asked) == 3


async def test_a_full_page_without_a_token_is_not_taken_for_the_last() -> None:
    """The token's name in answers is not published: where it is not found, the walk says so."""
    asked: list[Any] = []
    read, said = await read_until_change(by_token({None: Page((1, 2), rest={"next": "a"})}, asked, page_size=2))
    assert read == []
    assert "page_strategy='OFFSET'" in said


async def test_a_token_that_comes_again_ends_the_walk() -> None:
    """The same page for ever is no list."""
    pages = {None: Page((1,), rest={"nextPageToken": "a"}), "a": Page((2,), rest={"nextPageToken": "a"})}
    with pytest.raises(ListChanged, match="same page token"):
        await walked(by_token(pages, []))


async def test_the_other_strategy_is_by_number() -> None:
    """Without the word CURSOR, tokens are not looked at."""
    source = ChangingList(5)
    pages = source.pages(page_strategy="OFFSET", next_page_token=None, page=None, page_size=2)
    assert await walked(pages) == list(range(5))
    assert source.numbers == [0, 1, 2]


# All at once


async def test_a_list_in_one_piece_is_read_with_one_call() -> None:
    """A row without paging parameters is asked once, whatever it gives."""
    source = ChangingList(2500, most=5000)
    assert await walked(source.pages(kind="x")) == list(range(2500))
    assert source.asked == [{"kind": "x"}]
    assert len(await source.pages(kind="x")) == 2500
