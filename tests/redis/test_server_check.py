"""Server check: what a Redis lacks is told in one sentence when a fleet opens, and what it has is enough."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from asyncsdk import FleetUnavailable, StoreFailed, Tally, Token
from asyncsdk.fleet import Fleet, RedisLimiter, RedisStore
from asyncsdk.redis.connect import limiter_client
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.server_check import RIGHTS, check_server
from tests.support.redis_fixtures import OwnServers


async def checked(url: str, user: str = "") -> None:
    """Check a server by its address, as a user."""
    async with limiter_client(RedisAddress(url.replace("redis://", f"redis://{user}"))) as redis:
        await check_server(redis, "cache:6379")


@pytest.mark.slow
async def test_a_server_with_all_that_is_needed(own_servers: OwnServers, caplog: pytest.LogCaptureFixture) -> None:
    """It passes without a word, and nothing is left in it."""
    server = own_servers(options=("--appendonly", "yes"))
    await checked(server.url)
    assert caplog.records == []
    async with Redis.from_url(server.url) as redis:
        assert await redis.dbsize() == 0


async def test_a_server_without_persistence_is_warned_of(redis_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """It may be used, and the log says what its death costs."""
    await checked(redis_url)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "cache:6379 keeps no append-only file" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-random"])
async def test_a_server_that_removes_what_it_should_keep(own_servers: OwnServers, policy: str) -> None:
    """A cache that drops any key when it is full is refused: limits and tokens would be gone."""
    server = own_servers(options=("--maxmemory-policy", policy))
    with pytest.raises(StoreFailed, match=rf"removes any key .*\({policy}\).*'maxmemory-policy noeviction'"):
        await checked(server.url)


@pytest.mark.slow
async def test_a_server_that_may_remove_keys_is_warned_of(
    own_servers: OwnServers, caplog: pytest.LogCaptureFixture
) -> None:
    """Some hosts allow no other policy than one that drops what has an end; the log says so."""
    server = own_servers(
        options=("--maxmemory-policy", "volatile-lru", "--maxmemory", "100mb", "--appendonly", "yes")
    )
    await checked(server.url)
    assert "may remove limits and tokens when its memory is full (volatile-lru)" in caplog.text


@pytest.mark.slow
async def test_a_wrong_password_is_told(own_servers: OwnServers) -> None:
    """So is none, and neither error shows one."""
    server = own_servers(tcp=True, options=("--requirepass", "r1ght"))
    await checked(server.url, ":r1ght@")
    with pytest.raises(StoreFailed, match="Redis at cache:6379 cannot be used: it asks for a password"):
        await checked(server.url)
    with pytest.raises(StoreFailed, match="it refuses the user or the password") as caught:
        await checked(server.url, ":wr0ng@")
    assert "wr0ng" not in f"{caught.value!r}{caught.value.__cause__}"


async def used(url: str) -> None:
    """Use the limits and the token of an account, and look at it, in another database than the first."""
    async with limiter_client(RedisAddress(url.removesuffix("0") + "1")) as redis, Fleet(redis) as fleet:
        limiter, store = RedisLimiter(redis, account="acme"), RedisStore(redis, account="acme")
        (await limiter.acquire()).unused()
        assert len(await fleet.processes("acme")) == 1
        async with store.exclusive():
            await store.save(Token("new"))
            await store.count(Tally({1: 1}))
        assert await store.load() == Token("new")
        await limiter.close()


@pytest.mark.slow
async def test_a_socket_file_hides_no_refusal(own_servers: OwnServers) -> None:
    """What the server says there is told as what it says over TCP: redis-py calls it a failed connection."""
    server = own_servers(options=("--requirepass", "r1ght"))
    with pytest.raises(StoreFailed, match="Redis at cache:6379 cannot be used: it asks for a password"):
        await checked(server.url)
    with pytest.raises(StoreFailed, match="it has no database of that number"):
        await checked(own_servers().url + "?db=77")


@pytest.mark.slow
async def test_an_address_that_names_too_much_is_told(own_servers: OwnServers) -> None:
    """A password where the server has none, and a database that it does not have."""
    server = own_servers(tcp=True)
    with pytest.raises(StoreFailed, match="it asks for no password: leave it out of the address"):
        await checked(server.url, ":wr0ng@")
    with pytest.raises(StoreFailed, match="it has no database of that number"):
        await checked(f"{server.url.removesuffix('/0')}/99")


@pytest.mark.slow
async def test_a_user_may_have_few_rights(own_servers: OwnServers, caplog: pytest.LogCaptureFixture) -> None:
    """The rights that the error names are enough; without one of them the error names them."""
    server = own_servers(tcp=True, options=("--appendonly", "yes"))
    needed = RIGHTS.split()
    told_otherwise = {"+select", "+eval", "+info"}  # not needed for database 0; the script is known; a warning
    tried = [right for right in needed[1:] if right not in told_otherwise]
    lacking = {right: [each for each in needed if each != right] for right in tried}
    lacking["keys"] = ["~other:*", *needed[1:]]
    async with Redis.from_url(server.url) as redis:
        for user, rights in {"all": needed, **lacking}.items():
            await redis.execute_command("ACL", "SETUSER", user, "on", ">pw", *rights)
    await checked(server.url, "all:pw@")
    await used(server.url.replace("redis://", "redis://all:pw@"))
    assert caplog.records == []
    for user in lacking:
        with pytest.raises(StoreFailed, match="the user may not do what is needed") as caught:
            await checked(server.url, f"{user}:pw@")
        assert RIGHTS in str(caught.value)


@pytest.mark.slow
async def test_what_cannot_be_checked_is_told(own_servers: OwnServers, caplog: pytest.LogCaptureFixture) -> None:
    """A host that does not allow INFO can be used all the same."""
    server = own_servers(tcp=True)
    async with Redis.from_url(server.url) as redis:
        await redis.execute_command("ACL", "SETUSER", "some", "on", ">pw", *RIGHTS.split(), "-info")
    await checked(server.url, "some:pw@")
    assert "Version, memory policy and persistence of Redis could not be checked" in caplog.text


@pytest.mark.slow
async def test_a_replica_is_refused(own_servers: OwnServers) -> None:
    """A replica cannot be written to: the error says to name its primary."""
    server = own_servers(options=("--replicaof", "127.0.0.1 1"))
    with pytest.raises(StoreFailed, match="cannot be written: name its primary"):
        await checked(server.url)


@pytest.mark.slow
async def test_a_cluster_that_is_down_is_away(own_servers: OwnServers) -> None:
    """A cluster that serves no slots may do so later."""
    server = own_servers(options=("--cluster-enabled", "yes"))
    with pytest.raises(FleetUnavailable, match="Redis at cache:6379 cannot be reached"):
        await checked(server.url)


@pytest.mark.slow
async def test_a_server_that_is_away(own_servers: OwnServers, tmp_path: Path) -> None:
    """No server, one that is dead and one that stands still are told alike, within seconds."""
    server = own_servers()
    server.freeze()
    for url in (f"unix://{tmp_path}/none", "redis://127.0.0.1:1", server.url):
        with pytest.raises(FleetUnavailable, match="Redis at cache:6379 cannot be reached"):
            async with asyncio.timeout(30):
                await checked(url)
    server.wake()


@asynccontextmanager
async def server_that_says(folder: Path, answers: dict[bytes, bytes]) -> AsyncIterator[str]:
    """A server that knows no more than some answers; the address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            words = []
            for _ in range(int(line[1:])):
                length = int((await reader.readline())[1:])
                words.append((await reader.readexactly(length + 2))[:-2])
            writer.write(answers.get(words[0].upper(), b"+OK\r\n"))
        writer.close()

    async with await asyncio.start_unix_server(serve, folder / "redis"):
        yield f"unix://{folder}/redis"


def bulk(text: bytes) -> bytes:
    """A text as Redis sends it."""
    return b"$%d\r\n%s\r\n" % (len(text), text)


async def test_one_node_of_a_cluster_is_refused(tmp_path: Path) -> None:
    """A client that knows one node of a cluster only is told which one it takes."""
    async with server_that_says(tmp_path, {b"EVALSHA": b"-MOVED 3999 127.0.0.1:6381\r\n"}) as url:
        with pytest.raises(StoreFailed, match=r"one node of a cluster: pass a redis\.asyncio\.RedisCluster"):
            await checked(url)


@pytest.mark.parametrize("version", [b"5.0.14", b"6.0.16", b"2.8.0"])
async def test_an_old_server_is_refused(version: bytes, tmp_path: Path) -> None:
    """The error names its version, and the one that is needed."""
    refusal = b"-ERR Write commands not allowed after non deterministic commands\r\n"
    answers = {b"EVALSHA": refusal, b"INFO": bulk(b"redis_version:" + version)}
    async with server_that_says(tmp_path, answers) as url:
        with pytest.raises(StoreFailed, match=r"is of version \d\.\d; 6\.2 or later is needed"):
            await checked(url)


@pytest.mark.parametrize("said", [b"", b"redis_version:", b"redis_version:new", b"what\r\n:::", b"\xff\xfe"])
async def test_a_server_that_tells_little_is_used(said: bytes, tmp_path: Path) -> None:
    """What INFO holds may be anything: what it does not say cannot be checked."""
    async with server_that_says(tmp_path, {b"EVALSHA": bulk(b"1"), b"INFO": bulk(said)}) as url:
        await checked(url)


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\r\n", b"$-9\r\n", b"+OK\r\n", b":1\r\n", b"*-1\r\n"],
)
async def test_something_else_than_redis_is_told(said: bytes, tmp_path: Path) -> None:
    """Whatever listens there, the error is one of this library's."""
    async with server_that_says(tmp_path, dict.fromkeys((b"PING", b"EVALSHA", b"CLIENT"), said)) as url:
        with pytest.raises((FleetUnavailable, StoreFailed), match="Redis at cache:6379"):
            await checked(url)
