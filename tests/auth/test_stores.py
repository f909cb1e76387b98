"""Stores keep a token for its owner and nobody else, whole or not at all, and count for everybody."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import ActOnError, FileStore, MemoryStore, PasswordGrant, StoreFailed, Tally, Token, TokenStore, clock
from asyncsdk.files import json_file as small_file
from asyncsdk.redis.connect import store_client
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_store import RedisStore

TOKEN = Token("access-1", "refresh-1", 1_760_000_000.5)
MINUTE = int(clock.wall() // 60)


@pytest.fixture(params=["memory", "file", "redis"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TokenStore]:
    """A store of each kind."""
    if request.param == "redis":
        async with store_client(RedisAddress(request.getfixturevalue("redis_url"))) as redis:
            yield RedisStore(redis, account=request.getfixturevalue("account"))
    else:
        yield MemoryStore() if request.param == "memory" else FileStore(tmp_path / "new" / "folder" / "token")


def modes(folder: Path) -> dict[str, int]:
    """The files of a folder, and who may do what with them."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def written(path: Path, content: str | bytes = "{}", mode: int = 0o600) -> Path:
    """A file as somebody else left it."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


async def test_a_token_is_kept_whole(store: TokenStore) -> None:
    """What was saved is loaded, every part of it; the last one saved counts."""
    assert await store.load() is None
    await store.save(Token("old"))
    await store.save(TOKEN)
    assert await store.load() == TOKEN
    await store.save(Token("bare"))
    assert await store.load() == Token("bare")


async def test_a_token_is_given_only_to_its_owner(store: TokenStore) -> None:
    """Another user's token is never used by mistake; where one side names no owner, there is none to compare."""
    await store.save(TOKEN, "ada")
    assert await store.load("ada") == TOKEN
    assert await store.load("bob") is None
    assert await store.load() == TOKEN
    await store.save(TOKEN)
    assert await store.load("bob") == TOKEN


async def test_counts_add_up(store: TokenStore) -> None:
    """What is counted is added to the store's counts, which are given; counting nothing only reads."""
    now = clock.wall()
    assert await store.count(Tally()) == Tally()
    await store.count(Tally({MINUTE: 2}, [now]))
    assert await store.count(Tally({MINUTE: 3, MINUTE - 1: 1}, [now - 1])) == Tally(
        {MINUTE: 5, MINUTE - 1: 1}, [now - 1, now]
    )
    assert (await store.count(Tally())).calls == {MINUTE: 5, MINUTE - 1: 1}


async def test_counts_can_be_taken_back(store: TokenStore) -> None:
    """A call and a login that never reached the server are taken out again."""
    now = clock.wall()
    await store.count(Tally({MINUTE: 2}, [now]))
    kept = await store.count(Tally({MINUTE: -1}, withdrawn=[now]))
    assert (kept.calls, kept.logins) == ({MINUTE: 1}, [])


async def test_counts_do_not_grow_for_ever(store: TokenStore) -> None:
    """What is older than a day or an hour is dropped when something is counted."""
    now = clock.wall()
    await store.count(Tally({MINUTE - 1_500: 7, MINUTE: 1}, [now - 4_000, now]))
    kept = await store.count(Tally({MINUTE: 1}))
    assert (kept.calls, kept.logins) == ({MINUTE: 2}, [now])


async def test_only_one_holds_the_right_to_renew(store: TokenStore) -> None:
    """The right is exclusive among tasks, and free again after an error and after a cancelled wait."""
    inside, most = 0, 0

    async def renew(fail: bool) -> None:
        nonlocal inside, most
        async with store.exclusive():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            if fail:
                raise RuntimeError

    async with store.exclusive():
        waiting = asyncio.create_task(renew(False))
        await asyncio.sleep(0)
        waiting.cancel()
    async with asyncio.timeout(60):
        await asyncio.gather(*(renew(number % 3 == 0) for number in range(12)), return_exceptions=True)
    assert (most, waiting.cancelled()) == (1, True)


@pytest.mark.slow
async def test_a_hundred_file_stores_on_one_path_do_not_deadlock(tmp_path: Path) -> None:
    """More holders than the thread pool has threads take turns, saving and loading while they hold the lock."""

    async def renew(number: int) -> None:
        store = FileStore(tmp_path / "token")
        async with store.exclusive():
            await store.save(Token(f"access-{number}"))
            kept = await store.load()
            assert kept is not None
            assert kept.access_token == f"access-{number}"
        await store.count(Tally({MINUTE: 1}))

    async with asyncio.timeout(60):
        await asyncio.gather(*(renew(number) for number in range(100)))
    assert (await FileStore(tmp_path / "token").count(Tally())).calls == {MINUTE: 100}


async def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Token, counts and locks are readable by their owner only, also where a careless file stood before."""
    store = FileStore(tmp_path / "token")
    written(tmp_path / "token", mode=0o644)
    before = os.umask(0)
    try:
        await store.save(TOKEN)
        await store.count(Tally({MINUTE: 1}))
        async with store.exclusive():
            pass
    finally:
        os.umask(before)
    assert modes(tmp_path) == dict.fromkeys(["token", "token.lock", "token.usage", "token.usage.lock"], 0o600)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"access_token": "a',
        b'{"access_token": "\xff\xfe\x00',
        b"{}",
        b'{"access_token": null}',
        b'{"access_token": 7}',
        b'{"access_token": ["a"]}',
        b'{"refresh_token": "r"}',
    ],
)
async def test_a_damaged_file_holds_no_token(content: bytes, tmp_path: Path) -> None:
    """A file that cannot be read as a token is as good as none: the session logs in, and writes a new one."""
    store = FileStore(written(tmp_path / "token", content))
    assert await store.load() is None
    await store.save(TOKEN)
    assert await store.load() == TOKEN


@pytest.mark.parametrize(
    "content",
    [
        b"Email,First Name\nada@example.com,Ada\n",
        b'{"name": "of another program"}',
        b'["access_token"]',
        b"null",
        b"\xff\xfe\x00",
        b" " * 100_000,
    ],
)
async def test_a_file_of_something_else_is_never_replaced(content: bytes, tmp_path: Path) -> None:
    """A wrong path costs no file: the error says what is wrong, and nothing is left beside the file."""
    path = written(tmp_path / "contacts.csv", content)
    store = FileStore(path)
    for use in (store.count(Tally({MINUTE: 1})), store.load(), store.save(TOKEN)):
        with pytest.raises(StoreFailed, match=r"contacts\.csv cannot be used: it is there and holds something"):
            await use
    with pytest.raises(StoreFailed, match="holds something else"):
        async with store.exclusive():
            pass
    assert path.read_bytes() == content
    assert list(modes(tmp_path)) == ["contacts.csv"]


async def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    """Nor is a pipe, which is not even opened."""
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/null", tmp_path / "pipe"):
        with pytest.raises(StoreFailed, match="it is no regular file"):
            await FileStore(path).load()


async def test_damaged_parts_of_a_token_are_left_out(tmp_path: Path) -> None:
    """An expiry that is no number does not break the first call: it counts as not known."""
    path = written(tmp_path / "token", '{"access_token": "a", "refresh_token": 7, "expires_at": "soon"}')
    assert await FileStore(path).load() == Token("a")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"calls": 7}', b'{"calls": {"x": 1}}', b'{"logins": ["x"]}'])
async def test_damaged_counts_are_begun_anew(content: bytes, tmp_path: Path) -> None:
    """Counts that cannot be read keep nobody from opening a session."""
    written(tmp_path / "token.usage", content)
    store = FileStore(tmp_path / "token")
    assert await store.count(Tally()) == Tally()
    assert (await store.count(Tally({MINUTE: 1}))).calls == {MINUTE: 1}
    assert (await store.count(Tally())).calls == {MINUTE: 1}


async def test_a_disk_that_fails_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails the error is told, the old token stays, and nothing is left lying about."""
    store = FileStore(tmp_path / "token")
    await store.save(TOKEN)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(small_file.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await store.save(Token("new"))
    assert await store.load() == TOKEN
    assert list(modes(tmp_path)) == ["token"]


async def test_a_token_is_on_the_disk_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file is synced before it takes the old one's place, and its folder after."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def noted_replace(path: Path, target: Any) -> Path:
        steps.append("replace")
        return replace(path, target)

    monkeypatch.setattr(small_file.os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    await FileStore(tmp_path / "token").save(TOKEN)
    assert steps == ["file", "replace", "folder"]


async def test_a_file_store_shows_its_path_and_no_more(tmp_path: Path) -> None:
    """The repr names the file, and nothing that it holds."""
    store = FileStore(tmp_path / "token")
    await store.save(TOKEN, "ada")
    assert repr(store) == f"FileStore('{tmp_path}/token')"
    assert list(modes(tmp_path)) == ["token"]


def test_a_memory_store_serves_one_loop_after_another() -> None:
    """A store made once serves every event loop of a program."""
    store = MemoryStore()

    async def renew(name: str) -> Token | None:
        async with store.exclusive():
            await store.save(Token(name))
        return await store.load()

    assert [asyncio.run(renew(name)) for name in "ab"] == [Token("a"), Token("b")]


async def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A token file that is a folder is told of in the library's own error, which is an OSError, too."""
    store = FileStore(tmp_path)
    for use in (store.load(), store.save(Token("t"))):
        with pytest.raises(StoreFailed, match=re.escape(str(tmp_path))) as caught:
            await use
        assert isinstance(caught.value, ActOnError)
        assert isinstance(caught.value, OSError)


def test_the_name_of_an_owner_stays_the_same_from_version_to_version() -> None:
    """Token files hold it: under another name their tokens would be nobody's, and each start would need a login."""
    grant = PasswordGrant("id-1", "secret-1", "ada@example.com", "password-1")
    assert grant.owner() == hashlib.sha256(b"password\0id-1\0ada@example.com").hexdigest()[:32]
