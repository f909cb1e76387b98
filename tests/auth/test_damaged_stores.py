"""Files of a FileStore may hold anything: a session opens and calls, or ends in an error of this library."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import ActOnError, FileStore, Limiter, StoreFailed, Tally, Token, clock
from asyncsdk.limits.tally import tally_from

pytestmark = pytest.mark.slow

NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**30), 1e308]))
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=8))
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner), max_leaves=20
)
TOKENS = st.fixed_dictionaries(
    {"access_token": ANYTHING}, optional={"refresh_token": ANYTHING, "expires_at": ANYTHING, "owner": ANYTHING}
)
BOOKS = st.fixed_dictionaries(
    {},
    optional={
        "calls": ANYTHING | st.dictionaries(st.integers().map(str) | st.text(max_size=5), ANYTHING),
        "logins": ANYTHING | st.lists(ANYTHING),
        "withdrawn": ANYTHING | st.lists(ANYTHING),
        "succeeded": ANYTHING,
        "spent": ANYTHING | st.lists(ANYTHING),
        "arrivals": ANYTHING | st.lists(ANYTHING),
        "pause": ANYTHING | st.lists(NUMBERS, min_size=2, max_size=2),
    },
)
EVIL = [
    b"[" * 200_000,
    b'{"access_token": ' + b"[" * 100_000,
    b'{"access_token": "a", "expires_at": 1e999}',
    b'{"access_token": "a", "expires_at": NaN}',
    b'{"access_token": "a", "expires_at": ' + b"9" * 6_000 + b"}",
    b'{"access_token": "\xff\xfe"}',
    b'{"access_token": "\\ud800"}',
    b'{"calls": {"' + b"9" * 6_000 + b'": 1}}',
    b'{"calls": {"29333520": 1e999}, "logins": [1e999, NaN, -Infinity]}',
    b'{"access_token": "' + b"a" * 3_000_000 + b'"}',
    b"\0" * 2_000_000,
    b'{"access_token"',
]


async def _use(path: Path) -> None:
    """All that a session does with a store, and what its limiter does with what it learns."""
    store, limiter = FileStore(path), Limiter()
    async with store.exclusive():
        token = await store.load("ada")
        assert token is None or (token.is_usable() and token.seconds_left() is not None)
    for tally in (Tally(), Tally({int(clock.wall() // 60): 1}, [clock.wall()], succeeded=1.0)):
        limiter.adopt(await store.count(tally))
        limiter.usage()
    await store.save(Token("new"), "ada")
    assert await store.load("ada") == Token("new")
    json.loads((path.parent / f"{path.name}.usage").read_text(), parse_constant=pytest.fail)


def _ends_well(path: Path) -> None:
    with suppress(ActOnError):
        asyncio.run(asyncio.wait_for(_use(path), 60))


@given(token=TOKENS, book=BOOKS)
def test_whatever_the_files_hold_only_our_errors_come_out(
    token: object, book: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any JSON in the place of a token and of the counts is read as far as it makes sense."""
    path = tmp_path_factory.mktemp("any") / "token"
    path.write_text(json.dumps(token))
    Path(f"{path}.usage").write_text(json.dumps(book))
    _ends_well(path)


@given(token=st.binary(max_size=60), book=st.binary(max_size=60))
def test_any_bytes_are_told_or_replaced(
    token: bytes, book: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bytes that are no JSON are a damaged file, or somebody else's; neither is an error of somebody else's."""
    path = tmp_path_factory.mktemp("bytes") / "token"
    path.write_bytes(b'{"access_token"' + token)
    Path(f"{path}.usage").write_bytes(book)
    _ends_well(path)


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
@pytest.mark.parametrize("name", ["token", "token.usage"])
def test_evil_files_are_survived(evil: bytes, name: str, tmp_path: Path) -> None:
    """Deep nesting, numbers without end, half characters and megabytes end in no error of somebody else's."""
    (tmp_path / name).write_bytes(evil)
    _ends_well(tmp_path / "token")


@pytest.mark.parametrize("name", ["token", "token.usage", "token.lock", "token.usage.lock"])
@pytest.mark.parametrize("kind", ["pipe", "folder"])
async def test_pipes_and_folders_are_told_at_once(name: str, kind: str, tmp_path: Path) -> None:
    """What is no file in the place of one ends in StoreFailed, or does not matter; nobody waits for a pipe."""
    if kind == "pipe":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).mkdir()
    using = asyncio.wait_for(_use(tmp_path / "token"), 60)
    if kind == "pipe" and name.endswith(".lock"):
        await using
        return
    with pytest.raises(StoreFailed, match=str(tmp_path / "token")):
        await using


@given(BOOKS)
def test_a_tally_that_was_read_can_be_counted(book: dict[str, object]) -> None:
    """Whatever counts hold, adding, forgetting and using it raises nothing and leaves numbers."""
    tally = tally_from(book)
    now = 1_760_000_000.0
    tally.add(Tally({1: 1}, [now]))
    tally.forget_before(now)
    limiter = Limiter()
    limiter.adopt(tally)
    usage = limiter.usage()
    assert 0 <= usage.calls_left <= 30_000
    assert 0 <= usage.logins_left <= 5
