"""A web backend with one queue for all: POST /sign-up queues a contact for l-0001. Needs ACTON_* variables."""

import asyncio
import os
from collections.abc import AsyncIterator

from aiohttp import web

from asyncsdk import ActOnError, InvalidArgument, Session
from asyncsdk.queue import ContactQueue

SIGN_UPS = web.AppKey("sign_ups", ContactQueue)


async def acton(app: web.Application) -> AsyncIterator[None]:
    """Open session and queue in the loop that serves, and close them when the application stops."""
    async with (
        Session.from_env() as session,
        session.contacts.queue("l-0001", journal="sign-ups/") as app[SIGN_UPS],
    ):
        yield


async def sign_up(request: web.Request) -> web.Response:
    """Take the visitor's address: it is on disk when this returns, and in the list soon."""
    email = str((await request.post()).get("email", ""))
    try:
        async with asyncio.timeout(2.0):
            await request.app[SIGN_UPS].put(email)
    except InvalidArgument:
        return web.Response(status=400, text="Please check the address.")
    except (TimeoutError, ActOnError):
        return web.Response(status=503, headers={"Retry-After": "60"})
    return web.Response(text="Welcome!")


app = web.Application()
app.cleanup_ctx.append(acton)
app.router.add_post("/sign-up", sign_up)
if __name__ == "__main__":
    web.run_app(app, port=int(os.environ.get("PORT", "8080")))
