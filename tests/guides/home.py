"""Where the program of a guide runs: in a folder, as a reader would start it, with the emulator for Act-On."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psutil
from aiohttp import ClientError, ClientSession
from attrs import frozen

from asyncsdk.emulator import Emulator
from tests.docs.documents import ROOT
from tests.docs.shell import environment_of
from tests.support.closed_port import closed_port

__all__ = ["LIST", "PATIENCE", "Home", "WebServer"]

LIST: Final = "l-0001"

PATIENCE: Final = 120.0
"""Seconds after which something hangs; a machine that is merely busy is never so slow."""


@frozen
class Home:
    """A folder, the emulator, and the variables that lead a program to it."""

    acton: Emulator
    folder: Path
    variables: dict[str, str]

    @property
    def addresses(self) -> list[str]:
        """The first cell of each record of the list."""
        return [row[0] for row in self.acton.rows(LIST)]

    @asynccontextmanager
    async def running(self, command: str, *, program: str) -> AsyncIterator[Process]:
        """Run a command in the folder, with a copy of an example; whatever lives at the end is killed."""
        shutil.copy(ROOT / "examples" / program, self.folder)
        process = await asyncio.create_subprocess_exec(
            *shlex.split(command),
            cwd=self.folder,
            env=environment_of(self.folder, self.variables),
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    @asynccontextmanager
    async def serving(self, command: str, *, program: str) -> AsyncIterator[WebServer]:
        """Run a web server on a free port, and wait until it answers."""
        port = closed_port()
        where = f"--bind 127.0.0.1:{port}" if command.startswith("gunicorn") else f"--port {port}"
        async with (
            self.running(f"{command} {where}", program=program) as process,
            ClientSession(f"http://127.0.0.1:{port}") as visitor,
        ):
            server = WebServer(process, visitor, port)
            await server.answers()
            yield server

    async def has_all(self, people: Collection[str], drain: str) -> None:
        """Nobody is lost: what a server could not send in the 5 seconds of its end, the command sends."""
        if sorted(self.addresses) != sorted(people):
            await self.command(drain)
        assert sorted(self.addresses) == sorted(people)

    async def command(self, command: str) -> str:
        """Run a command to its end, which must be a good one; gives what it prints."""
        process = await asyncio.create_subprocess_exec(
            *shlex.split(command),
            cwd=self.folder,
            env=environment_of(self.folder, self.variables),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 0
        return out.decode()


@frozen
class WebServer:
    """A web server that runs, and a visitor."""

    process: Process
    visitor: ClientSession
    port: int

    def reached(self, command: str) -> str:
        """The ``curl localhost:8000/sign-up ...`` of a page, for the port that it listens on."""
        return command.replace("localhost:8000", f"127.0.0.1:{self.port}") + " --silent --fail --max-time 120"

    async def answers(self) -> None:
        """Wait until it answers on ``/health``, whatever it says."""
        async with asyncio.timeout(PATIENCE):
            while True:
                assert self.process.returncode is None, "the server has ended"
                with suppress(ClientError):
                    async with self.visitor.get("/health"):
                        return
                await asyncio.sleep(0.05)

    async def health(self) -> Any:
        """What ``/health`` says."""
        async with self.visitor.get("/health") as answer:
            return await answer.json()

    def workers(self) -> list[psutil.Process]:
        """The processes that it started to serve; not the one in which Python tracks what they share."""
        return [each for each in psutil.Process(self.process.pid).children() if _serves(each)]

    async def sign_up(self, email: str, path: str = "/sign-up", *, form: bool = False) -> int:
        """Sign somebody up; gives the status. A visitor whose connection is cut comes again."""
        body = {"data" if form else "json": {"email": email}}
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(ClientError):
                    async with self.visitor.post(path, **body) as answer:
                        return answer.status
                await asyncio.sleep(0.05)

    async def stops(self) -> int:
        """Stop it as a service manager does; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


def _serves(child: psutil.Process) -> bool:
    try:
        return not any("resource_tracker" in word for word in child.cmdline())
    except psutil.NoSuchProcess:  # ended, also where nobody has noticed yet
        return False
