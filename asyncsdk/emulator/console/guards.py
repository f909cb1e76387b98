"""Guards of the console: refuse what another site's page could send through the browser of whoever runs it.

Two kinds. A site may give its own name the address of this machine (DNS rebinding), so that its page is of the same
origin: hence the name must be one that no site can have. A page of any site may send requests here without reading
the answers (cross-site request forgery): hence the origin must be the console's own, where a browser says one.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address

from aiohttp import web

from asyncsdk.emulator.console.messages import ConsoleError

__all__ = ["check_host", "check_site"]


def check_host(request: web.BaseRequest, allowed: Collection[str] = ()) -> None:
    """Refuse a name that may be another site's; addresses, ``localhost`` and allowed names cannot be.

    Raises:
        ConsoleError: it is another name, or there is none.
    """
    host = _name_in(request.headers.get("Host", ""))
    if host == "localhost" or host.endswith(".localhost") or host in allowed or _is_address(host):
        return
    raise ConsoleError(
        403,
        "The console answers to localhost and to addresses such as 127.0.0.1 only, so that no other site can reach "
        "it under a name of its own. To allow a name, start the emulator with it (--console-host).",
    )


def _name_in(host: str) -> str:
    """The name in a Host header, without the port, in lower case."""
    if host.startswith("["):
        return host.partition("]")[0][1:].lower()
    return host.partition(":")[0].lower()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def check_site(request: web.BaseRequest) -> None:
    """Refuse what a page of another site asks for; it may link to the page itself.

    Browsers say where a request comes from by ``Sec-Fetch-Site`` and ``Origin``; programs say nothing.

    Raises:
        ConsoleError: it comes from another site, or is of a kind that any page may send.
    """
    headers = request.headers
    site = headers.get("Sec-Fetch-Site", "none")
    followed = request.method == "GET" and headers.get("Sec-Fetch-Mode") == "navigate" and request.path == "/"
    if site not in {"same-origin", "none"} and not followed:
        raise ConsoleError(403, "A page of another site asked for this.")
    origin = headers.get("Origin")
    if origin is not None and origin != f"http://{headers.get('Host', '')}":
        raise ConsoleError(403, "A page of another site asked for this.")
    if request.body_exists and request.content_type != "application/json":
        raise ConsoleError(415, "The body is JSON: send it with Content-Type: application/json.")
