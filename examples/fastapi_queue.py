"""A web application with one queue for all of its workers: POST /sign-up queues a contact for l-0001.

Usage: uvicorn fastapi_queue:app --workers 8 --timeout-graceful-shutdown 2. It needs ACTON_* variables: with
ACTON_TOKEN_FILE the workers of one machine share the folder sign-ups/, with ACTON_REDIS_URL and ACTON_ACCOUNT those
of all machines a queue in Redis.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Body, Depends, FastAPI, HTTPException, Request

from asyncsdk import ActOnError, FleetUnavailable, InvalidArgument, InvalidRequest, Limits, QuotaExhausted, Session
from asyncsdk.fleet import Fleet
from asyncsdk.queue import ContactQueue

logging.basicConfig()  # else nobody sees what the library logs
REDIS_URL = os.environ.get("ACTON_REDIS_URL")


@dataclass
class ActOn:
    """Session and queue of one worker, and what closes them."""

    session: Session
    queue: ContactQueue
    stack: AsyncExitStack


async def opened() -> ActOn:
    """Open session and queue; while Redis is away, try again."""
    while True:
        try:
            async with AsyncExitStack() as stack:
                session = await stack.enter_async_context(Session.from_env(limits=Limits(max_wait=2.0)))
                fleet = await stack.enter_async_context(Fleet.from_url(REDIS_URL)) if REDIS_URL else None
                journal = fleet.queue_journal("sign-ups") if fleet else "sign-ups/"
                queue = await stack.enter_async_context(session.contacts.queue("l-0001", journal=journal))
                return ActOn(session, queue, stack.pop_all())
        except FleetUnavailable as error:
            logging.warning("Tried again in a second: %s", error)
            await asyncio.sleep(1.0)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start a worker in 2 seconds, also without Redis: where one fails to start, uvicorn ends all of them."""
    app.state.opening = opening = asyncio.create_task(opened())
    await asyncio.wait({opening}, timeout=2.0)
    if opening.done():
        opening.result()
    yield
    opening.cancel()
    await asyncio.wait({opening})
    if not opening.cancelled():
        await opening.result().stack.aclose()


def act_on_of(request: Request) -> ActOn:
    """Session and queue; a visitor who comes before they are open is told to come again."""
    opening: asyncio.Task[ActOn] = request.app.state.opening
    if not opening.done():
        raise HTTPException(503, headers={"Retry-After": "2"})
    return opening.result()


app = FastAPI(lifespan=lifespan)
Opened = Annotated[ActOn, Depends(act_on_of)]


@app.post("/sign-up")
async def sign_up(email: Annotated[str, Body(embed=True)], act_on: Opened) -> str:
    """Take an address: it is written down when this returns, and in the list soon."""
    try:
        async with asyncio.timeout(2.0):
            await act_on.queue.put(email)
    except InvalidArgument:
        raise HTTPException(400, "Please check the address.") from None
    except (TimeoutError, ActOnError):
        raise HTTPException(503, headers={"Retry-After": "60"}) from None
    return "Welcome!"


@app.get("/contacts/{email}")
async def known(email: str, act_on: Opened) -> bool:
    """Whether the list holds an address: a call that waits 2 seconds for its turn at the most."""
    try:
        await act_on.session.contacts.find("l-0001", email=email)
    except InvalidRequest:
        return False
    except QuotaExhausted as error:
        raise HTTPException(503, headers={"Retry-After": str(round(error.resets_in) + 1)}) from None
    except ActOnError:
        raise HTTPException(502) from None
    return True
