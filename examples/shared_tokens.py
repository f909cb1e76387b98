"""Share one token and the account's limits between processes: run it twice at once, it logs in once.

Usage: python shared_tokens.py [FILE]; credentials come from ACTON_* variables.
"""

import asyncio
import sys
from pathlib import Path

from asyncsdk import FileStore, Session


async def main(path: Path) -> None:
    """Make one call with the token that the file keeps."""
    async with Session.from_env(store=FileStore(path)) as acton:
        print((await acton.account.get()).account_name)
        usage = acton.usage()
        print(f"{usage.calls_made} calls made today by all processes, {usage.logins_left} logins left")


asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "acton-token.json")))
