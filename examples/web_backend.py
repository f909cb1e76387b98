"""A web backend with one session for all: POST /sign-up saves a contact in l-0001. Needs ACTON_* variables."""

from aiohttp import web

from asyncsdk import InvalidRequest, Limits, QuotaExhausted, Session

ACTON = web.AppKey("acton", Session)


async def open_session(app: web.Application) -> None:
    """Open it in the loop that serves; a visitor who would wait over 2 s for a call is sent away."""
    app[ACTON] = Session.from_env(limits=Limits(max_wait=2.0))
    await app[ACTON].open()


async def close_session(app: web.Application) -> None:
    """Close it when the application stops."""
    await app[ACTON].close()


async def sign_up(request: web.Request) -> web.Response:
    """Save the visitor's address."""
    email = str((await request.post()).get("email", ""))
    try:
        await request.app[ACTON].contacts.upsert("l-0001", email=email, data={})
    except InvalidRequest:
        return web.Response(status=400, text="Please check the address.")
    except QuotaExhausted as error:
        return web.Response(status=503, headers={"Retry-After": str(int(error.resets_in) + 1)})
    return web.Response(text="Welcome!")


app = web.Application()
app.on_startup.append(open_session)
app.on_cleanup.append(close_session)
app.router.add_post("/sign-up", sign_up)
if __name__ == "__main__":
    web.run_app(app)
