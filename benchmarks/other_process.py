"""A server in another process, on another CPU where there is one: it prints its port and ends with its input."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from benchmarks.pinning import pin

__all__ = ["serve", "serving_in"]

SERVER_CPU: Final = 1


@contextmanager
def serving_in(module: str) -> Generator[str]:
    """Run a module that calls ``serve``; gives its URL."""
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


def serve(protocol: Callable[[], asyncio.BaseProtocol]) -> None:
    """Serve until the input ends."""

    async def serving() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(protocol, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
        server.close()

    pin(SERVER_CPU)
    asyncio.run(serving())
