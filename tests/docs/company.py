"""A company's network: a proxy that everything must go through, and the certificate of its authority."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientSession, web

from tests.support.http_server import serving

__all__ = ["AUTHORITY", "forward_proxy"]

AUTHORITY: Final = """-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUfsf3I59XRGUXW/c59eyXALbZiGwwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHY29tcGFueTAgFw0yNjExMjQyMDU2MTRaGA8yMTI2MTAzMTIw
NTYxNFowEjEQMA4GA1UEAwwHY29tcGFueTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABBCm9kzGToSnublBmiLutPCWzS356BRuuCp4dl+EO0i24cFeVL2je2YvsKdd
xkCcw9+Cselo5Pla4jVr8Er3EhyjUzBRMB0GA1UdDgQWBBT31FCehO57z7Xrx9E5
aycNN+cdxzAfBgNVHSMEGDAWgBT31FCehO57z7Xrx9E5aycNN+cdxzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCICMDZwLIaXYygW8snKSV4UykEdre
cHU20fPkjD1+Gj18AiEAzXtXZTduz+bfNy4F3Vf8ojiv7cxmJU6NbiBaX+cs9RY=
-----END CERTIFICATE-----
"""
"""Made for these tests; its key was thrown away."""


@asynccontextmanager
async def forward_proxy(passed: list[str]) -> AsyncIterator[str]:
    """Run a plain HTTP proxy, give its host and port, and note the path of each request that it passes on."""
    async with ClientSession(auto_decompress=False) as outward:

        async def pass_on(request: web.BaseRequest) -> web.Response:
            passed.append(request.url.path)
            headers = {name: value for name, value in request.headers.items() if name != "Host"}
            async with outward.request(
                request.method, str(request.url), headers=headers, data=await request.read()
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name == "Content-Type"}
                return web.Response(status=answer.status, headers=kept, body=await answer.read())

        async with serving(pass_on) as url:
            yield url.removeprefix("http://")
