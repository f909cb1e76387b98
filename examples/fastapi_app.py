"""A web application with FastAPI: POST /sign-up queues a contact for l-0001. It needs ACTON_* variables.

Usage: uvicorn fastapi_app:app --timeout-graceful-shutdown 2
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypedDict

from fastapi import Body, FastAPI, HTTPException, Request

from asyncsdk import ActOnError, InvalidArgument, Session
from asyncsdk.queue import ContactQueue

logging.basicConfig()  # else nobody sees what the library logs


class State(TypedDict):
    """What each request finds in ``request.state``."""

    acton: Session
    sign_ups: ContactQueue


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[State]:
    """Open session and queue in the loop that serves, and close them when the server stops."""
    async with (
        Session.from_env() as acton,
        acton.contacts.queue("l-0001", journal="sign-ups/") as sign_ups,
    ):
        yield {"acton": acton, "sign_ups": sign_ups}


app = FastAPI(lifespan=lifespan)


@app.post("/sign-up")
async def sign_up(email: Annotated[str, Body(embed=True)], request: Request) -> str:
    """Take an address: it is on disk when this returns, and in the list soon."""
    try:
        async with asyncio.timeout(2.0):
            await request.state.sign_ups.put(email)
    except InvalidArgument:
        raise HTTPException(400, "Please check the address.") from None
    except (TimeoutError, ActOnError):
        raise HTTPException(503, headers={"Retry-After": "60"}) from None
    return "Welcome!"


@app.get("/health")
async def health(request: Request) -> dict[str, int]:
    """Say that the application answers, and what is left of the day; this makes no call."""
    return {"calls_left": request.state.acton.usage().calls_left}
