"""A web application with Starlette, in several workers: POST /sign-up queues a contact for l-0001.

Usage: uvicorn starlette_app:app --workers 2 --timeout-graceful-shutdown 2. It needs ACTON_* variables, with
ACTON_TOKEN_FILE, by which the workers share the token and the limits.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from asyncsdk import ActOnError, InvalidArgument, Session
from asyncsdk.queue import ContactQueue

logging.basicConfig()  # else nobody sees what the library logs


class State(TypedDict):
    """What each request finds in ``request.state``."""

    acton: Session
    sign_ups: ContactQueue


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[State]:
    """Open session and queue of this worker; the folder of the queue is that of all workers."""
    async with (
        Session.from_env() as acton,
        acton.contacts.queue("l-0001", journal="sign-ups/") as sign_ups,
    ):
        yield {"acton": acton, "sign_ups": sign_ups}


async def sign_up(request: Request) -> Response:
    """Take an address: it is on disk when this returns, and in the list soon."""
    try:
        body = await request.json()
        async with asyncio.timeout(2.0):
            await request.state.sign_ups.put(body["email"])
    except (ValueError, LookupError, TypeError, InvalidArgument):
        return PlainTextResponse("Please check the address.", 400)
    except (TimeoutError, ActOnError):
        return PlainTextResponse("Please come again.", 503, {"Retry-After": "60"})
    return PlainTextResponse("Welcome!")


async def health(request: Request) -> Response:
    """Say that this worker answers, and what is left of the day; this makes no call."""
    return JSONResponse({"calls_left": request.state.acton.usage().calls_left})


app = Starlette(
    routes=[Route("/sign-up", sign_up, methods=["POST"]), Route("/health", health)],
    lifespan=lifespan,
)
