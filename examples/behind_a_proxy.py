"""Go through a proxy and trust a company's certificates, with an aiohttp session of your own.

Usage: PROXY=http://proxy.example:3128 CA_FILE=company-ca.pem python behind_a_proxy.py; both may be left out.
Credentials come from ACTON_* variables.
"""

import asyncio
import os
import ssl

import aiohttp

from asyncsdk import Session


async def main() -> None:
    """Make one call over a session of our own."""
    company = ssl.create_default_context(cafile=os.environ.get("CA_FILE"))
    connector = aiohttp.TCPConnector(ssl=company)
    async with (
        aiohttp.ClientSession(connector=connector, proxy=os.environ.get("PROXY")) as http,
        Session.from_env(http=http) as acton,
    ):
        print((await acton.account.get()).account_name)


asyncio.run(main())
