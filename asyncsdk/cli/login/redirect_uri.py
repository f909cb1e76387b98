"""Redirect URI: where the browser is sent back to, as it is registered with Act-On.

Source: RFC 8252, section 7.3: a program on a desktop listens on a loopback address.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from asyncsdk.cli.exit_codes import Exit, Failure

__all__ = ["REDIRECT_URI", "LoopbackAddress", "loopback_address"]

REDIRECT_URI: Final = "http://127.0.0.1:8788/callback"
"""Where the browser is sent back to by default."""

_HOSTS: Final = {"127.0.0.1": ("127.0.0.1",), "::1": ("::1",), "localhost": ("127.0.0.1", "::1")}
"""The addresses to listen on by the name of the host: a browser may try either of the last two."""

LONGEST: Final = 500

HTTP_PORT: Final = 80


@frozen
class LoopbackAddress:
    """Loopback address of a redirect URI."""

    given: str
    """The redirect URI, as it is registered: servers compare it letter by letter."""

    name: str
    """The host, as the URI has it."""

    hosts: tuple[str, ...]
    """The addresses to listen on."""

    port: int
    """The port; 0 for any that is free."""

    path: str
    """The path that the answer comes to."""

    query: str
    """What the URI has behind its path; the answer is added to it."""

    def uri(self, port: int) -> str:
        """The redirect URI, with the port that is listened on."""
        if self.port:
            return self.given
        return f"http://{self.authority(port)}{self.path}{self.query and '?'}{self.query}"

    def authority(self, port: int) -> str:
        """The host and the port, as a browser names them: it leaves out that of HTTP."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if port == HTTP_PORT else f"{name}:{port}"


def loopback_address(uri: str) -> LoopbackAddress | None:
    """Where to listen for a redirect URI; None where the answer goes elsewhere, and must be pasted.

    Raises:
        Failure: it is no redirect URI.
    """
    try:
        parts = urlsplit(uri)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise _unusable(uri) from None
    is_odd = not (uri.isascii() and uri.isprintable()) or " " in uri or len(uri) > LONGEST
    if is_odd or parts.fragment or "@" in parts.netloc or not host:
        raise _unusable(uri)
    if parts.scheme == "https":
        return None
    if parts.scheme != "http" or host not in _HOSTS:
        raise _unusable(uri)
    if port is None:
        raise Failure(Exit.BAD_INPUT, f"--redirect: {uri} must name its port, such as {host}:8788.")
    return LoopbackAddress(uri, host, _HOSTS[host], port, parts.path or "/", parts.query)


def _unusable(uri: str) -> Failure:
    return Failure(
        Exit.BAD_INPUT,
        f"--redirect must be an https address, or an http address of this machine (127.0.0.1, [::1] or localhost)"
        f" with a port, not {uri[:100]!r}.",
    )
