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
from typing import Annotated

from fastapi import Body, Depends, FastAPI, HTTPException, Request

from asyncsdk import ActOnError, FleetUnavailable, InvalidArgument, InvalidRequest, Limits, QuotaExhausted, Session
from asyncsdk.fleet import Fleet
from asyncsdk.queue import ContactQueue

logging.basicConfig()  # else nobody sees what the library logs
REDIS_URL = os.environ.get("ACTON_REDIS_URL")


class ActOn:
    """Session and queue of one worker."""

    acton: Session
    queue: ContactQueue
    is_open = False

    async def open(self) -> AsyncExitStack:
        """Open both; while Redis is away, try again. What is given closes them."""
        while True:
            try:
                async with AsyncExitStack() as stack:
                    self.acton = await stack.enter_async_context(Session.from_env(limits=Limits(max_wait=2.0)))
                    fleet = await stack.enter_async_context(Fleet.from_url(REDIS_URL)) if REDIS_URL else None
                    journal = fleet.queue_journal("sign-ups") if fleet else "sign-ups/"
                    queue = self.acton.contacts.queue("l-0001", journal=journal)
                    self.queue = await stack.enter_async_context(queue)
                    self.is_open = True
                    return stack.pop_all()
            except FleetUnavailable as error:
                logging.warning("Tried again in a second: %s", error)
                await asyncio.sleep(1.0)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start a worker in 2 seconds, also without Redis: where one fails to start, uvicorn ends all of them."""
    app.state.acton = ActOn()
    opening = asyncio.create_task(app.state.acton.open())
    await asyncio.wait({opening}, timeout=2.0)
    if opening.done():
        opening.result()
    yield
    opening.cancel()
    await asyncio.wait({opening})
    if not opening.cancelled():
        await opening.result().aclose()


def opened(request: Request) -> ActOn:
    """Session and queue; a visitor who comes before they are open is told to come again."""
    if not request.app.state.acton.is_open:
        raise HTTPException(503, headers={"Retry-After": "2"})
    return request.app.state.acton


app = FastAPI(lifespan=lifespan)
Opened = Annotated[ActOn, Depends(opened)]


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
        await act_on.acton.contacts.find("l-0001", email=email)
    except InvalidRequest:
        return False
    except QuotaExhausted as error:
        raise HTTPException(503, headers={"Retry-After": str(round(error.resets_in) + 1)}) from None
    except ActOnError:
        raise HTTPException(502) from None
    return True
