"""Guards of the console: refuse what another site's page could send through the browser of whoever runs it.

Two kinds. A site may give its own name the address of this machine (DNS rebinding), so that its page is of the same
origin: hence the name must be one that no site can have. A page of any site may send requests here without reading
the answers (cross-site request forgery): hence the origin must be the console's own, where a browser says one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address
from typing import cast

from aiohttp import web

from asyncsdk.emulator.console.messages import ConsoleError
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["check_host", "check_site", "checked_hosts", "host_name"]


_HOST = re.compile(r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[^\s:/?#@\[\]\\%,]+?)\.?)(?::[0-9]{1,5})?", re.ASCII)
"""A Host header in lower case: a name, which may end with a dot, or an address; and a port."""

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_.])?", re.ASCII)

ANOTHER_SITE = "A page of another site asked for this."


def check_host(request: web.BaseRequest, allowed: Collection[str] = ()) -> None:
    """Refuse a name that may be another site's; addresses, ``localhost`` and allowed names cannot be.

    Raises:
        ConsoleError: it is another name, there is none, or there are several.
    """
    hosts = request.headers.getall("Host", [])
    name = host_name(hosts[0]) if len(hosts) == 1 else None
    if name is not None and (
        name == "localhost" or name.endswith(".localhost") or name in allowed or _is_address(name)
    ):
        return
    raise ConsoleError(
        403,
        "The console answers to localhost and to addresses such as 127.0.0.1 only, so that no other site can reach "
        "it under a name of its own. To allow a name, start the emulator with it (--console-host).",
    )


def host_name(host: str) -> str | None:
    """The name or the address in a Host header, without the port, in lower case; None if it is malformed."""
    found = _HOST.fullmatch(host.lower())
    return None if found is None else found["address"] or found["name"]


def checked_hosts(hosts: object) -> frozenset[str]:
    """Names as the guard compares them.

    Raises:
        InvalidArgument: one is no name of a host, such as one with a port or with ``*``.
    """
    if isinstance(hosts, str) or not isinstance(hosts, Collection):
        raise InvalidArgument(f"console_hosts is a list of names, not {repr(hosts)[:100]}.")
    return frozenset(_checked_host(host) for host in cast("Collection[object]", hosts))


def _checked_host(host: object) -> str:
    if not isinstance(host, str) or _NAME.fullmatch(host.lower()) is None:
        raise InvalidArgument(f"A host of the console is a name without a port, not {repr(host)[:100]}.")
    return host.lower().rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def check_site(request: web.BaseRequest) -> None:
    """Refuse what a page of another site asks for; it may link to the page itself.

    Browsers say where a request comes from by ``Sec-Fetch-Site`` and ``Origin``; programs say nothing. Another port
    of the same machine is another origin, though browsers call it the same site.

    Raises:
        ConsoleError: it comes from another origin, or is of a kind that any page may send.
    """
    headers = request.headers
    site = headers.get("Sec-Fetch-Site", "none")
    if site not in {"same-origin", "none"} and not _is_link(request):
        raise ConsoleError(403, ANOTHER_SITE)
    host = headers.get("Host", "").lower()
    # The page is behind TLS where something in between ends it and leaves the name as it is.
    if any(origin.lower() not in {f"http://{host}", f"https://{host}"} for origin in headers.getall("Origin", [])):
        raise ConsoleError(403, ANOTHER_SITE)
    if request.body_exists and request.content_type != "application/json":
        raise ConsoleError(415, "The body is JSON: send it with Content-Type: application/json.")


def _is_link(request: web.BaseRequest) -> bool:
    """Whether somebody followed a link to the page, in a window of its own."""
    headers = request.headers
    whole = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest", "document") == "document"
    return whole and request.method == "GET" and request.rel_url.raw_path == "/"
