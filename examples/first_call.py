"""Save one contact. Usage: python first_call.py LIST, such as l-0001; credentials come from ACTON_* variables."""

import asyncio
import sys

from asyncsdk import Session


async def main(list_id: str) -> None:
    """Save one contact."""
    async with Session.from_env() as acton:
        saved = await acton.contacts.upsert(list_id, email="ada@example.com", data={"First Name": "Ada"})
        print(saved.message, saved.id)


asyncio.run(main(sys.argv[1]))
