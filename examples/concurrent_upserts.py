"""Save many contacts at once: start them all, and the session keeps to 5 calls a second.

Usage: python concurrent_upserts.py LIST, such as l-0001; credentials come from ACTON_* variables.
"""

import asyncio
import sys

from asyncsdk import ActOnError, Session


async def main(list_id: str) -> None:
    """Save 20 contacts, and tell of each that was not saved."""
    people = [(f"person{number}@example.com", {"First Name": f"Person {number}"}) for number in range(20)]
    async with Session.from_env() as acton:
        results = await asyncio.gather(
            *(acton.contacts.upsert(list_id, email=email, data=data) for email, data in people),
            return_exceptions=True,
        )
        print(acton.usage())
    for number, result in enumerate(results):
        if isinstance(result, ActOnError):
            print(f"Person {number} was not saved: {result}")
        elif isinstance(result, BaseException):
            raise result
    print(sum(not isinstance(result, BaseException) for result in results), "saved")


asyncio.run(main(sys.argv[1]))
