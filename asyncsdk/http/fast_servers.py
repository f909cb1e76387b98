"""Fast servers: the emulators of this process that tests have made fast. A session on any other URL is not in it.

Nothing else makes a session fast: no argument, no setting and no environment variable. What is added must listen on
this machine, and counts for as long as it listens and until it is removed.
"""

from __future__ import annotations

import threading
from ipaddress import ip_address
from typing import Final, Protocol
from urllib.parse import SplitResult, urlsplit

from asyncsdk.errors import InvalidArgument

__all__ = ["FAST_SERVERS", "FastServers", "ListeningServer"]


class ListeningServer(Protocol):
    """A server of this process."""

    @property
    def url(self) -> str:
        """The URL that it listens on.

        Raises:
            RuntimeError: it does not listen.
        """
        ...


class FastServers:
    """Registry of servers; threads may use it at once."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._servers: tuple[ListeningServer, ...] = ()

    def add(self, server: ListeningServer) -> None:
        """Add a server; one that is added twice is to be removed twice.

        Raises:
            InvalidArgument: it does not listen on an address of this machine alone.
            RuntimeError: it does not listen.
        """
        if not _is_loopback(urlsplit(server.url).hostname):
            raise InvalidArgument(f"Only a server on 127.0.0.1, ::1 or localhost can be fast, not {server.url}.")
        with self._changing:
            self._servers = (*self._servers, server)

    def remove(self, server: ListeningServer) -> None:
        """Remove a server, which may have stopped."""
        with self._changing:
            left = list(self._servers)
            place = next((place for place, each in enumerate(left) if each is server), None)
            if place is not None:
                del left[place]
            self._servers = tuple(left)

    def has(self, base_url: str) -> bool:
        """Whether a URL is the one that a server of the registry listens on now."""
        servers = self._servers
        return bool(servers) and any(_is_at(server, base_url) for server in servers)


FAST_SERVERS: Final = FastServers()
"""The registry of this process: ``asyncsdk.testing`` adds to it, and each session looks into it when it is made."""


def _is_at(server: ListeningServer, base_url: str) -> bool:
    try:
        listens, asked = urlsplit(server.url), urlsplit(base_url)
        return _is_loopback(listens.hostname) and _origin(listens) == _origin(asked)
    except (RuntimeError, ValueError):  # it has stopped, or this is no URL, which the connection refuses
        return False


def _origin(url: SplitResult) -> tuple[object, ...]:
    """What must be equal: all of the URL but a slash at its end and the case of the host."""
    named = (url.username, url.password, url.path.rstrip("/"), url.query, url.fragment)
    return (url.scheme, url.hostname, url.port, *(part or "" for part in named))


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
