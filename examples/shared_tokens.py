"""Share one token and one count of the day's calls between processes: run it twice, it logs in once.

Usage: python shared_tokens.py [FILE]; credentials come from ACTON_* variables.
"""

import asyncio
import sys
from pathlib import Path

from asyncsdk import FileStore, Limits, Session


async def main(path: Path) -> None:
    """Make one call with the token that the file keeps."""
    # Each process counts the second for itself: two of them get 2 calls a second each.
    async with Session.from_env(store=FileStore(path), limits=Limits(calls_per_second=2)) as acton:
        print((await acton.account.get()).account_name)
        usage = acton.usage()
        print(f"{usage.calls_made} calls made today by all processes, {usage.logins_left} logins left")


asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "acton-token.json")))
