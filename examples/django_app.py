"""A web application with Django, served by ASGI: POST /sign-up queues a contact for l-0001.

Usage: uvicorn django_app:application --lifespan on --timeout-graceful-shutdown 2. It needs ACTON_* variables.
"""

import asyncio
import logging
import os
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from asyncsdk import ActOnError, InvalidArgument, Session

logging.basicConfig()  # else nobody sees what the library logs
settings.configure(
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("SECRET_KEY", "only for trying it"),
)


async def sign_up(request: HttpRequest) -> HttpResponse:
    """Take an address: it is on disk when this returns, and in the list soon."""
    try:
        async with asyncio.timeout(2.0):
            await request.scope["state"]["sign_ups"].put(request.POST.get("email", ""))
    except InvalidArgument:
        return HttpResponse("Please check the address.", status=400)
    except (TimeoutError, ActOnError):
        return HttpResponse("Please come again.", status=503, headers={"Retry-After": "60"})
    return HttpResponse("Welcome!")


def sign_up_in_a_thread(request: HttpRequest) -> HttpResponse:
    """Do the same from a view without async: it runs in a thread, and the queue in the loop that serves."""
    return async_to_sync(sign_up)(request)


urlpatterns = [path("sign-up", sign_up), path("sign-up-in-a-thread", sign_up_in_a_thread)]
django = get_asgi_application()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Serve by Django, but for the start and the stop of the worker, which Django does not know."""
    if scope["type"] != "lifespan":
        await django(scope, receive, send)
        return
    await receive()  # the server starts
    async with (
        Session.from_env() as acton,
        acton.contacts.queue("l-0001", journal="sign-ups/") as scope["state"]["sign_ups"],
    ):
        await send({"type": "lifespan.startup.complete"})
        await receive()  # the server stops
    await send({"type": "lifespan.shutdown.complete"})
