"""Redirect listener: an HTTP server on a loopback port, which takes the one answer that belongs to the login.

Anything on the machine, and any page in its browsers, can send requests here: each is bounded in size and time, and
one without the state of the login changes nothing.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus
from typing import Final

from attrs import frozen

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.authorization import LONGEST_ANSWER, AuthorizationCode, NotThisLogin
from asyncsdk.cli.login.redirect_uri import LoopbackAddress

__all__ = ["RedirectListener", "redirect_listener"]

LONGEST_HEAD: Final = 2 * LONGEST_ANSWER
"""Bytes of a request: a browser's is shorter."""

SECONDS: Final = 5.0
"""Seconds that a request may take: browsers open connections that they never use."""

CONNECTIONS: Final = 16
"""Connections that are open at a time; further ones are closed at once."""

_NO_SUCH_ADDRESS: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""The machine has no IPv6."""

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>asyncsdk login</title><style>:root {{ color-scheme: light dark }} body {{ font: 1.1rem sans-serif;
max-width: 36rem; margin: 4rem auto; padding: 0 1rem }}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""

_HEADERS: Final = (
    "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n"
)

TakeQuery = Callable[[str], AuthorizationCode]
"""Gives the code in a query.

Raises:
    NotThisLogin: it belongs to another login.
    Failure: the server gives no access.
"""


@frozen
class _Answer:
    """Answer to a request, and what the login ends with, if it does."""

    status: HTTPStatus
    title: str
    text: str
    outcome: AuthorizationCode | Failure | None = None

    def encode(self) -> bytes:
        page = _PAGE.format(title=self.title, text=self.text).encode()
        line = f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n"
        return f"{line}{_HEADERS}Content-Length: {len(page)}\r\n\r\n".encode() + page


class RedirectListener:
    """Sockets on a loopback port.

    Args:
        address: where they listen.
        sockets: they are closed by who opened them.
    """

    def __init__(self, address: LoopbackAddress, sockets: list[socket.socket]) -> None:
        self._address = address
        self._sockets = sockets
        self._port: int = sockets[0].getsockname()[1]
        self._open: set[asyncio.Task[None]] = set()

    @property
    def redirect_uri(self) -> str:
        """The redirect URI, with the port that is listened on."""
        return self._address.uri(self._port)

    async def receive(self, take: TakeQuery) -> AuthorizationCode:
        """Wait for the answer that belongs to the login.

        Args:
            take: gives the code in a query.

        Raises:
            Failure: the server gives no access.
        """
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[AuthorizationCode] = loop.create_future()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if len(self._open) >= CONNECTIONS:
                writer.close()
                return
            task = loop.create_task(self._serve(reader, writer, take, outcome))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

        servers = [await asyncio.start_server(connected, sock=each, limit=LONGEST_HEAD) for each in self._sockets]
        try:
            return await outcome
        finally:
            for server in servers:
                server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        take: TakeQuery,
        outcome: asyncio.Future[AuthorizationCode],
    ) -> None:
        """Answer one request; the login goes on once the page is sent."""
        answer: _Answer | None = None
        try:
            with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
                async with asyncio.timeout(SECONDS):
                    answer = self._answer(await reader.readuntil(b"\r\n\r\n"), take)
                    writer.write(answer.encode())
                    await writer.drain()
        finally:
            writer.close()
        if answer is None or outcome.done():
            return
        if isinstance(answer.outcome, Failure):
            outcome.set_exception(answer.outcome)
        elif answer.outcome is not None:
            outcome.set_result(answer.outcome)

    def _answer(self, head: bytes, take: TakeQuery) -> _Answer:
        first, *fields = head.decode("latin-1").split("\r\n")
        method, _, rest = first.partition(" ")
        target = rest.partition(" ")[0]
        path, _, query = target.partition("?")
        hosts = [
            value.strip() for name, _, value in (each.partition(":") for each in fields) if name.lower() == "host"
        ]
        if hosts != [self._address.authority(self._port)] or path != self._address.path:
            return _Answer(HTTPStatus.NOT_FOUND, "Not found", "There is nothing here.")
        if method != "GET":
            return _Answer(HTTPStatus.METHOD_NOT_ALLOWED, "Not allowed", "Only GET is answered here.")
        try:
            code = take(query)
        except NotThisLogin as error:
            return _Answer(
                HTTPStatus.BAD_REQUEST, "Not signed in", f"{error} Begin at the address that the terminal shows."
            )
        except Failure as failure:
            text = "Act-On gave no access. The terminal tells more; this page can be closed."
            return _Answer(HTTPStatus.OK, "Not signed in", text, failure)
        text = "The answer has arrived. The terminal tells whether you are signed in; this page can be closed."
        return _Answer(HTTPStatus.OK, "Back to the terminal", text, code)


@contextmanager
def redirect_listener(address: LoopbackAddress) -> Generator[RedirectListener]:
    """Listen on a loopback port; what listens there already would get the code in our place, so it must be free.

    Raises:
        Failure: the port cannot be had.
    """
    with ExitStack() as stack:
        sockets: list[socket.socket] = []
        port = address.port
        for host in address.hosts:
            try:
                opened = stack.enter_context(_listening(host, port))
            except OSError as error:
                if sockets and error.errno in _NO_SUCH_ADDRESS:
                    continue
                raise _busy(address.authority(port), error) from error
            sockets.append(opened)
            port = opened.getsockname()[1]
        yield RedirectListener(address, sockets)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=CONNECTIONS)


def _busy(place: str, error: OSError) -> Failure:
    why = "is in use, perhaps by another login" if error.errno == errno.EADDRINUSE else f"cannot be used: {error}"
    return Failure(
        Exit.BAD_INPUT,
        f"{place} {why}. End what uses it, or give --redirect another port that is registered with Act-On.",
    )
