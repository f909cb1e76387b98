"""Cluster: an account lives in one slot, so a fleet works on a cluster with the cluster's client."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis, RedisCluster

from asyncsdk import PasswordGrant, Token
from asyncsdk.emulator import Emulator
from asyncsdk.fleet import Fleet, RedisStore
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow


async def test_a_fleet_on_a_cluster(own_servers: OwnServers, acton_server: Emulator) -> None:
    """Sessions of several accounts call, and share their tokens, wherever the slots of their accounts are."""
    server = own_servers(tcp=True, options=("--cluster-enabled", "yes"))
    async with Redis.from_url(server.url) as node:
        await node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16_383)
        async with asyncio.timeout(30):
            for _ in range(3_000):
                if "cluster_state:ok" in str(await node.execute_command("CLUSTER", "INFO")):
                    break
                await asyncio.sleep(0.01)
    grant = PasswordGrant(**acton_server.credentials)
    async with RedisCluster(host="127.0.0.1", port=server.port) as cluster, Fleet(cluster) as fleet:
        for account in ("acme", "globex", "acme"):
            async with fleet.session(account, grant=grant, base_url=acton_server.url) as acton:
                assert (await acton.account.get()).account_id == 12345
        assert len(acton_server.calls.of("token")) == 2
        store = RedisStore(cluster, account="initech")
        async with store.exclusive():
            await store.save(Token("kept"))
        assert await store.load() == Token("kept")
