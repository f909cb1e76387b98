"""Token store in Redis: what stands there is bounded, harmless and no secret of a log; what is gone is survived."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from asyncsdk import ActOnError, InvalidArgument, StoreFailed, Tally, Token, clock
from asyncsdk.redis.connect import limiter_client, store_client
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_store import RedisStore
from tests.support.redis_fixtures import OwnServers

SECRET = Token("s3cret-access", "s3cret-refresh", 1_760_000_000.5)
MINUTE = int(clock.wall() // 60)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the shared server."""
    async with store_client(RedisAddress(redis_url)) as client:
        yield client


async def use(store: RedisStore) -> None:
    """All that a session does with a store."""
    async with store.exclusive():
        token = await store.load("ada")
        assert token is None or token.is_usable()
        await store.count(Tally())
        await store.count(Tally({MINUTE: 1}, [clock.wall()], succeeded=1.0))
        await store.save(Token("new"), "ada")
    assert await store.load("ada") == Token("new")


async def test_keys_belong_to_the_account_and_end(redis: Redis, account: str) -> None:
    """Each key holds the account's name and nothing secret, and what nobody uses for a year goes away."""
    store = RedisStore(redis, account=account)
    async with store.exclusive():
        await store.save(SECRET, "owner-1")
        await store.count(Tally({MINUTE: 1}, spent=["fingerprint"]))
        keys = sorted([key.decode() async for key in redis.scan_iter(f"*{account}*")])
        assert keys == [f"asyncsdk:{{{account}}}:{part}" for part in ("counts", "fence", "renewer", "token")]
        left = {key.rpartition(":")[2]: await redis.ttl(key) for key in keys}
        assert left.pop("renewer") <= 10
        assert set(left.values()) <= {366 * 86_400, 366 * 86_400 - 1}
    assert await redis.exists(f"asyncsdk:{{{account}}}:renewer") == 0


async def test_accounts_do_not_meet(redis: Redis, account: str) -> None:
    """Stores of two accounts on one Redis share nothing, not even the right to renew."""
    one, other = RedisStore(redis, account=account), RedisStore(redis, account=f"{account}-2")
    async with one.exclusive(), other.exclusive():
        await one.save(SECRET)
        await one.count(Tally({MINUTE: 1}))
        assert await other.load() is None
        assert await other.count(Tally()) == Tally()


@pytest.mark.parametrize("name", ["", "a b", "ada@example.com", "{a}", "a:b", "a" * 101, "ä", "a\n", None, 7])
def test_a_name_that_is_no_key_is_refused(name: object) -> None:
    """An account's name is a short word of letters and digits; an address is refused, as keys are seen by many."""
    with pytest.raises(InvalidArgument, match="The name of an account must be 1 to 100 letters"):
        RedisStore(Redis(), account=name)  # type: ignore[arg-type]


NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**30), 1e308]))
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


@pytest.mark.slow
@given(
    token=st.binary(max_size=60) | st.fixed_dictionaries({"access_token": ANYTHING, "owner": ANYTHING}),
    counts=st.binary(max_size=60)
    | st.fixed_dictionaries({"calls": ANYTHING, "logins": ANYTHING, "pause": ANYTHING}),
)
def test_whatever_stands_there_is_read_or_replaced(
    token: object, counts: object, redis_url: str, account: str
) -> None:
    """Any bytes and any JSON in the place of the token and of the counts end in a session that works."""

    async def main() -> None:
        async with store_client(RedisAddress(redis_url)) as redis:
            for part, value in (("token", token), ("counts", counts)):
                data = value if isinstance(value, bytes) else json.dumps(value)
                await redis.set(f"asyncsdk:{{{account}}}:{part}", data)
            await use(RedisStore(redis, account=account))

    asyncio.run(main())


@pytest.mark.slow
@pytest.mark.parametrize(
    "evil",
    [
        b"[" * 200_000,
        b'{"access_token": "' + b"a" * 3_000_000 + b'"}',
        b'{"access_token": "a", "expires_at": ' + b"9" * 6_000 + b"}",
        b'{"calls": {"29333520": 1e999}, "logins": [1e999, NaN]}',
    ],
    ids=["deep", "long", "number", "infinite"],
)
@pytest.mark.parametrize("part", ["token", "counts"])
async def test_evil_values_are_replaced(evil: bytes, part: str, redis: Redis, account: str) -> None:
    """Deep nesting, megabytes and numbers without end count as nothing."""
    await redis.set(f"asyncsdk:{{{account}}}:{part}", evil)
    await use(RedisStore(redis, account=account))


@pytest.mark.parametrize("part", ["token", "counts", "fence", "renewer"])
async def test_values_of_another_type_are_replaced_or_told(part: str, redis: Redis, account: str) -> None:
    """A list in the place of a text is replaced, or ends in an error of this library that names the account."""
    await redis.lpush(f"asyncsdk:{{{account}}}:{part}", "x")
    store = RedisStore(redis, account=account)
    if part != "renewer":
        await use(store)
        return
    with pytest.raises(StoreFailed, match=f"account {account} in Redis cannot be used: .*wrong kind of value"):
        await use(store)


@pytest.mark.slow
async def test_counts_of_many_at_once_add_up(each_redis_url: str, account: str) -> None:
    """No call is lost when many sessions count at the same time."""
    async with store_client(RedisAddress(each_redis_url)) as redis:
        stores = [RedisStore(redis, account=account) for _ in range(10)]
        await asyncio.gather(*(store.count(Tally({MINUTE: 1})) for store in stores for _ in range(3)))
        assert (await stores[0].count(Tally())).calls == {MINUTE: 30}


async def test_another_event_loop_is_told(redis: Redis, account: str) -> None:
    """A store serves the event loop of its client; another one gets a sentence, not an error of sockets."""
    store = RedisStore(redis, account=account)
    await store.save(Token("kept"))

    async def elsewhere() -> None:
        with pytest.raises(ActOnError, match="This RedisStore belongs to another event loop"):
            await store.load()
        with pytest.raises(ActOnError, match="This RedisStore belongs to another event loop"):
            async with store.exclusive():
                raise AssertionError("it was taken")

    await asyncio.to_thread(asyncio.run, elsewhere())
    assert await store.load() == Token("kept")


@pytest.mark.slow
async def test_a_redis_that_is_away_is_told_without_secrets(own_servers: OwnServers) -> None:
    """Each use ends in StoreFailed; no token is in the error, in what is behind it, or in a repr."""
    server = own_servers()
    async with limiter_client(RedisAddress(server.url)) as redis:
        store = RedisStore(redis, account="acme")
        await store.save(SECRET, "ada")
        server.kill()
        uses = (store.load("ada"), store.save(SECRET, "ada"), store.count(Tally({MINUTE: 1})), use(store))
        for failing in uses:
            with pytest.raises(StoreFailed, match="account acme in Redis cannot be used") as caught:
                await failing
            assert isinstance(caught.value, ActOnError)
            assert "s3cret" not in "".join(traceback.format_exception(caught.value))
        assert repr(store) == "RedisStore(account='acme')"


@pytest.mark.slow
async def test_a_server_that_repeats_what_it_was_sent_tells_no_token(own_servers: OwnServers) -> None:
    """A server without scripts answers with the first arguments of the command: they are left out of the error."""
    server = own_servers(options=("--rename-command", "EVALSHA", ""))
    async with limiter_client(RedisAddress(server.url)) as redis:
        with pytest.raises(StoreFailed, match="unknown command 'EVALSHA'") as caught:
            await RedisStore(redis, account="acme").save(SECRET, "ada")
        assert "s3cret" not in "".join(traceback.format_exception(caught.value))
