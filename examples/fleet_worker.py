"""A worker that shares an account with workers on other machines, by Redis: it saves the contacts that it is given.

Usage: python fleet_worker.py LIST ADDRESS..., such as l-0001 ada@example.com; it needs ACTON_* variables, with
ACTON_REDIS_URL and ACTON_ACCOUNT.
"""

import asyncio
import sys

from asyncsdk import FleetUnavailable, Session


async def main(list_id: str, addresses: list[str]) -> None:
    """Save each address; the limits are shared with all processes that have the same two variables."""
    async with Session.from_env() as acton:
        for address in addresses:
            try:
                await acton.contacts.upsert(list_id, email=address, data={})
            except FleetUnavailable as error:
                print(f"not sent, try it again later: {error}")
            else:
                print("saved")
        usage = acton.usage()
        print(f"calls made today: {usage.calls_made}, as {usage.source} says; processes: {usage.processes}")


asyncio.run(main(sys.argv[1], sys.argv[2:]))
