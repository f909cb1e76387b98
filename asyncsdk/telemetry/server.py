"""Server: the host that a session asks, as events name it."""

from __future__ import annotations

from urllib.parse import urlsplit

from attrs import frozen

__all__ = ["Server"]


@frozen
class Server:
    """Scheme, host and port of a server."""

    scheme: str
    host: str
    port: int

    @classmethod
    def at(cls, base_url: str) -> Server:
        """The server of a base URL that was found good."""
        parts = urlsplit(base_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.scheme, parts.hostname or "", port)
