"""A task with taskiq: it upserts a contact into l-0001, and is not lost when a worker dies.

Usage: python taskiq_app.py ADDRESS... puts tasks, taskiq worker taskiq_app:broker --workers 2 carries them out.
Both need ACTON_* variables, with ACTON_REDIS_URL and ACTON_ACCOUNT.
"""

import asyncio
import os
import sys

from taskiq import TaskiqDepends

from asyncsdk import US, PasswordGrant, Session
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.taskiq import ActOnRetries, DurableBroker, Sessions

REDIS_URL, ACCOUNT = os.environ["ACTON_REDIS_URL"], os.environ["ACTON_ACCOUNT"]
CREDENTIALS = ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD")

broker = DurableBroker(REDIS_URL, queue="sign-ups")
broker.add_middlewares(ActOnRetries())
acton_of = Sessions(
    broker,
    Fleet.from_url(REDIS_URL),
    accounts={ACCOUNT: PasswordGrant(*(os.environ[f"ACTON_{name}"] for name in CREDENTIALS))},
    base_url=os.environ.get("ACTON_BASE_URL", US),
)


@broker.task("sign_up")
async def sign_up(email: str, acton: Session = TaskiqDepends(acton_of)) -> None:
    """Save a contact: a worker does so, in the session that it has for all of its tasks."""
    await acton.contacts.upsert("l-0001", email=email, data={})


async def main(addresses: list[str]) -> None:
    """Put a task for each address: they are in Redis when this returns."""
    await broker.startup()
    for address in addresses:
        await sign_up.kiq(address)
    await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
