"""Emulator of Act-On: starts and stops the server, and gives programs access to its state."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Collection, Iterator
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from asyncsdk.emulator import example_company
from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.console.console import Console
from asyncsdk.emulator.console.guards import checked_hosts
from asyncsdk.emulator.server.gateway import Gateway
from asyncsdk.emulator.server.listener import Listener
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.validators import InvalidArgument, whole_number

__all__ = ["Emulator"]


class Emulator(EmulatedAccount):
    """A local Act-On.

    ::

        async with Emulator() as server:
            async with Session(grant=PasswordGrant(**server.credentials), base_url=server.url) as acton:
                ...

    It checks calls by itself and shares no code with the client but the table of endpoints. What
    is not published it guesses, and says so in place.

    Args:
        settings: the platform's rules and the account's data.
        db: a file that keeps the state; without one, it is gone when the server stops.
        host: the address to listen on.
        port: the port; 0 for any that is free.
        clock: what every delay, expiry and window is counted by.
        console_hosts: names, besides ``localhost``, under which browsers may ask for the console, such as the name
            of a container.

    Whatever a program gives it that cannot be is an ``InvalidArgument``.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        db: str | PathLike[str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        console_hosts: Collection[str] = (),
    ) -> None:
        whole_number("port", port, 0, 65535)
        if not host:  # an empty one would mean every address of this machine
            raise InvalidArgument("host is an address such as 127.0.0.1, and is empty.")
        super().__init__(settings, clock)
        self._console_hosts = checked_hosts(console_hosts)
        self._db = db
        self._host = host
        self._port = port
        self._store: Database | None = None
        self._spool: tempfile.TemporaryDirectory[str] | None = None
        self._runner: web.ServerRunner | None = None
        self._url: str | None = None
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Open the state and listen."""
        if self._runner is not None:
            raise RuntimeError("The emulator is running already.")
        self._stopping = asyncio.Event()
        self._store = Database(self._db)
        self._platform = AccountState(self._store, self.settings, self.clock, self.faults)
        self._spool = tempfile.TemporaryDirectory(prefix="asyncsdk-emulator-")
        gateway = Gateway(self._platform, self.calls, Path(self._spool.name))
        console = Console(self, self._stopping, self._console_hosts)
        listener = Listener(gateway.handle, console.handle, gateway.connection_lost)
        self._runner = web.ServerRunner(listener, shutdown_timeout=0.1)
        try:
            await self._runner.setup()
            await web.TCPSite(self._runner, self._host, self._port).start()
            host = f"[{self._host}]" if ":" in self._host else self._host
            self._url = f"http://{host}:{self._runner.addresses[0][1]}"
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Cut hanging calls, and close every connection and the database."""
        self._url = None
        self._stopping.set()
        if self._platform is not None:
            self._platform.interruption.set()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._platform is not None:
            await self._platform.jobs.stop()
        if self._store is not None:
            self._store.close()
        if self._spool is not None:
            self._spool.cleanup()
        self._runner = self._platform = self._store = self._spool = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The URL that it listens on, without a slash at the end."""
        url = self._url  # read once: another thread may ask while it stops
        if url is None:
            raise RuntimeError("The emulator is not running: await start(), or use 'async with'.")
        return url

    def load_example(self) -> None:
        """Load an example company: lists such as ``l-0001`` of the guides, sent mail, events, orders and jobs.

        Its data is the same each time, and its times go by the emulator's clock.

        Raises:
            InvalidArgument: it is there already, or a list of the account has the id of one of its lists.
        """
        example_company.load(self)

    def spooled_files(self) -> Iterator[Path]:
        """The uploaded files that are kept until their jobs have read them."""
        return Path(self._spool.name).iterdir() if self._spool is not None else iter(())
