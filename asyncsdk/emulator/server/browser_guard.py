"""Browser guard: refuses calls that a page in a browser makes.

Act-On's API is not made for pages, and no program says the headers that browsers say. Without this, a page of any
site could send the emulator's known credentials to ``/token``: it would spend a login and end the refresh token of
the program under test, fill the log and use up faults; under a name that points to this machine (DNS rebinding), it
could even read the answer.
"""

from __future__ import annotations

from aiohttp import web

from asyncsdk.emulator.http.responses import Answer, gateway

__all__ = ["REFUSED_PAGE", "comes_from_page"]

REFUSED_PAGE: Answer = gateway(403, "Forbidden", "The emulator takes no API calls from pages in a browser")
"""The answer; such a request is no call: it is not logged and not counted."""


def comes_from_page(request: web.BaseRequest) -> bool:
    """Whether a page sends it; to follow a link to ``/authorize`` is not that."""
    headers = request.headers
    if "Origin" in headers:
        return True
    site = headers.get("Sec-Fetch-Site", "none")
    return site in {"cross-site", "same-site", "same-origin"} and not _is_link(request)


def _is_link(request: web.BaseRequest) -> bool:
    """Whether somebody is led to the consent page, in a window of its own; to other paths a page leads frames."""
    headers = request.headers
    whole = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest", "document") == "document"
    return whole and request.method == "GET" and request.rel_url.raw_path.rstrip("/") == "/authorize"
