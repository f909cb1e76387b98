"""Fleets that a type checker must accept; read by mypy and pyright, never run."""

from __future__ import annotations

from typing import assert_type

from redis.asyncio import Redis, RedisCluster

from asyncsdk import Limits, PasswordGrant, Session, StoreFailed
from asyncsdk.fleet import Fleet, FleetUnavailable, RedisLimiter, RedisStore


async def fleets(grant: PasswordGrant) -> None:
    """Every way to make a fleet, and a session of one."""
    try:
        async with Fleet.from_url("redis://cache:6379/0", outage="wait") as fleet:
            assert_type(fleet, Fleet)
            assert_type(fleet.session("acme", grant=grant, limits=Limits(calls_per_second=2)), Session)
    except (FleetUnavailable, StoreFailed):
        pass
    async with Redis(host="cache") as client, Fleet(client, outage="refuse") as fleet:
        Session(grant=grant, store=RedisStore(client, account="acme"), limiter=RedisLimiter(client, account="acme"))
    async with RedisCluster(host="cache") as cluster, Fleet(cluster) as fleet, fleet.session("acme", token="t"):
        pass
