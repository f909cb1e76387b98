"""Typed calls of several libraries, each beside the same request by hand with aiohttp.

All save one record of ten fields and get a small JSON object back: the library's own ``contacts.upsert``, a
profile by slack_sdk, a file's metadata by gidgethub, a customer by stripe. Each client has a connection of its own;
each peer is given an open aiohttp session, as its documentation tells. None of the peers keeps to a limit of calls.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from typing import Any, Final, TypeAlias

from attrs import frozen

__all__ = ["CLIENTS", "GOALS", "OURS", "Call", "Pair", "installed"]

Call: TypeAlias = Callable[[], Awaitable[object]]

EMAIL: Final = "ada+l@example.com"
LIST: Final = "l-0001"
DATA: Final = {f"Column {number}": f"value {number} of the record" for number in range(10)}
OURS: Final = "asyncsdk"

GOALS: Final = {(1, "orjson"): 1.05, (10, "orjson"): 1.08, (1, "stdlib"): 1.12, (10, "stdlib"): 1.15}
"""Of typed over raw, in CPU and in instructions, by calls at a time and JSON library."""


@frozen
class Pair:
    """One request in two ways."""

    raw: Call
    """By hand, with aiohttp."""

    typed: Call
    """By the library."""


Client: TypeAlias = Callable[[str], AbstractAsyncContextManager[Pair]]
"""Opens both for the server of this URL."""


@asynccontextmanager
async def asyncsdk(url: str) -> AsyncGenerator[Pair]:
    """``contacts.upsert``, with limits that nobody waits for."""
    import aiohttp

    from asyncsdk import Limits, Session

    limits = Limits(calls_per_second=10**6, calls_per_day=10**9)
    path = f"{url}/api/1/list/{LIST}/record"
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http,
        Session(token="token", base_url=url, limits=limits) as acton,
    ):

        async def raw() -> Any:
            async with http.put(path, params={"email": EMAIL}, json=DATA) as answer:
                answer.raise_for_status()
                return await answer.json()

        async def typed() -> object:
            return await acton.contacts.upsert(LIST, email=EMAIL, data=DATA)

        yield Pair(raw, typed)


@asynccontextmanager
async def slack_sdk(url: str) -> AsyncGenerator[Pair]:
    """``users.profile.set``; its answer is a dict."""
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

    path = f"{url}/api/users.profile.set"
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http,
        aiohttp.ClientSession() as theirs,
    ):
        client = AsyncWebClient(token="token", base_url=f"{url}/api/", session=theirs)

        async def raw() -> Any:
            async with http.post(path, json={"profile": DATA}) as answer:
                answer.raise_for_status()
                return await answer.json()

        async def typed() -> object:
            return await client.users_profile_set(profile=DATA)

        yield Pair(raw, typed)


@asynccontextmanager
async def gidgethub(url: str) -> AsyncGenerator[Pair]:
    """A PUT of JSON; its answer is a dict."""
    import aiohttp
    from gidgethub.aiohttp import GitHubAPI

    path = f"{url}/repos/ada/engine/contents/notes"
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http,
        aiohttp.ClientSession() as theirs,
    ):
        client = GitHubAPI(theirs, "ada", oauth_token="token", base_url=url)
        names = {"owner": "ada", "repo": "engine", "path": "notes"}

        async def raw() -> Any:
            async with http.put(path, json=DATA) as answer:
                answer.raise_for_status()
                return await answer.json()

        async def typed() -> object:
            return await client.put("/repos/{owner}/{repo}/contents/{path}", names, data=DATA)

        yield Pair(raw, typed)


@asynccontextmanager
async def stripe(url: str) -> AsyncGenerator[Pair]:
    """``customers.create_async``: a form; its answer is an object."""
    import aiohttp
    import stripe
    from stripe import AIOHTTPClient, StripeClient

    stripe.enable_telemetry = False  # it would write a file into the home folder, and send more with each request

    path, form = f"{url}/v1/customers", {f"metadata[{name}]": value for name, value in DATA.items()}
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http,
        aiohttp.ClientSession() as theirs,
    ):
        client = StripeClient("token", base_addresses={"api": url}, http_client=AIOHTTPClient(session=theirs))

        async def raw() -> Any:
            async with http.post(path, data=form) as answer:
                answer.raise_for_status()
                return await answer.json()

        async def typed() -> object:
            return await client.v1.customers.create_async({"metadata": DATA})

        yield Pair(raw, typed)


CLIENTS: Final[Mapping[str, Client]] = {each.__name__: each for each in (asyncsdk, slack_sdk, gidgethub, stripe)}


def installed(names: list[str] | None) -> list[str]:
    """The clients of these names, or all, less those that are not installed; says which."""
    wanted = names or list(CLIENTS)
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        print(f'\nNot installed, left out: {", ".join(missing)}; pip install "asyncsdk[bench]"')
    return [name for name in wanted if name not in missing]
