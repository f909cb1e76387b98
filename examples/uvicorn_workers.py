"""An ASGI application for several worker processes: GET /?email=... tells whether l-0001 holds an address.

Usage: uvicorn uvicorn_workers:app --workers 4 --lifespan on; ACTON_* variables, ACTON_TOKEN_FILE among them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from asyncsdk import ActOnError, FleetUnavailable, InvalidRequest, Limits, QuotaExhausted, Session

logging.basicConfig()  # uvicorn sets up its own lines only: else nobody sees what the library logs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one request, or the worker's start and stop."""
    if scope["type"] == "lifespan":
        await live(scope["state"], receive, send)
    elif scope["type"] == "http":
        email = parse_qs(scope["query_string"].decode("latin-1")).get("email", [""])[0]
        status, headers, text = await answer(scope["state"]["opening"], email)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})


async def live(state: Message, receive: Receive, send: Send) -> None:
    """Keep one session open for as long as the worker lives."""
    await receive()
    # A worker that waited for Redis before it is started could not be stopped, and one that failed would end all.
    state["opening"] = opening = asyncio.create_task(opened())
    await asyncio.wait({opening}, timeout=2.0)
    if opening.done():
        opening.result()
    await send({"type": "lifespan.startup.complete"})
    try:
        await receive()
    finally:
        opening.cancel()
        await asyncio.wait({opening})
        if not opening.cancelled():
            await opening.result().close()
    await send({"type": "lifespan.shutdown.complete"})


async def opened() -> Session:
    """A session; while a Redis that is used is away, it is tried again."""
    while True:
        acton = Session.from_env(limits=Limits(max_wait=2.0))
        try:
            await acton.open()
        except FleetUnavailable as error:
            logging.warning("Tried again in a second: %s", error)
            await asyncio.sleep(1.0)
        else:
            return acton


async def answer(opening: asyncio.Task[Session], email: str) -> tuple[int, list[tuple[bytes, bytes]], str]:
    """What a visitor gets; one who would wait long is told when to come again."""
    if not opening.done():
        return 503, [(b"retry-after", b"2")], "Please try again soon.\n"
    try:
        await opening.result().contacts.find("l-0001", email=email)
    except InvalidRequest:
        return 404, [], "It is not there.\n"
    except QuotaExhausted as error:
        return 503, [(b"retry-after", str(round(error.resets_in) + 1).encode())], "Please try again soon.\n"
    except ActOnError:
        return 502, [], "Act-On cannot be asked now.\n"
    return 200, [], "It is there.\n"
