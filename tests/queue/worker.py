"""A program with a queue on a folder of journals, as a web server's worker has one. It is run by tests."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from asyncsdk import Limits, PollPolicy, Session

POLLING = PollPolicy(min_gap=0.05, price=0.05)
LIMITS = Limits(calls_per_second=60, calls_per_day=10**9)


async def main(url: str, folder: str, first: int, number: int, age: float) -> None:
    """Put so many rows, say so of each, and then wait for ever."""
    async with (
        Session(token=os.environ["TOKEN"], base_url=url, polling=POLLING, limits=LIMITS) as acton,
        acton.contacts.queue("l-0001", journal=Path(folder), max_age=age) as queue,
    ):
        for n in range(first, first + number):
            await queue.put(f"p{n}@example.com", {"Score": n})
            print(n, flush=True)
        print("all", flush=True)
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:5]), float(sys.argv[5])))
