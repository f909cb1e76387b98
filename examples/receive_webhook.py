"""Receive Act-On's webhooks at POST /acton/TYPE, where TYPE is the type of the event: the body does not say it.

Usage: python receive_webhook.py [PORT]; the signing secrets of the two endpoints come from PROGRAM_STARTED_SECRET
and FORM_SUBMITTED_SECRET.
"""

import os
import sys

from aiohttp import web

from asyncsdk.webhooks import Event, ProgramStarted, SvixVerifier, WebhookError

VERIFIERS = {
    "automated-program.started": SvixVerifier(os.environ["PROGRAM_STARTED_SECRET"]),
    "form.submitted": SvixVerifier(os.environ["FORM_SUBMITTED_SECRET"]),
}
HANDLED = web.AppKey("handled", dict[str, None])
REMEMBERED = 10_000


def handle(event: Event) -> None:
    """Do what is to be done about it, once."""
    match event:
        case ProgramStarted(name=name, started_time=started_time):
            print(f"{name} was started at {started_time}")
        case _:
            print(f"{event.event_type} came")


async def receive(request: web.Request) -> web.Response:
    """Handle what is genuine and new; what was handled before is only thanked for."""
    event_type = request.match_info["event_type"]
    if event_type not in VERIFIERS:
        return web.Response(status=404)
    try:
        delivery = VERIFIERS[event_type].verify(request.headers, await request.read())
    except WebhookError as error:
        print(f"Refused: {error}")
        return web.Response(status=401)
    handled = request.app[HANDLED]
    if delivery.id not in handled:
        handle(delivery.event(event_type))
        handled[delivery.id] = None
        if len(handled) > REMEMBERED:
            del handled[next(iter(handled))]
    return web.Response(status=204)


app = web.Application()
app[HANDLED] = {}
app.router.add_post("/acton/{event_type}", receive)
if __name__ == "__main__":
    web.run_app(app, port=int(sys.argv[1]) if len(sys.argv) > 1 else 8080)
