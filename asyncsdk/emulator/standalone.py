"""Standalone server: runs the emulator as a program."""

from __future__ import annotations

import asyncio
import os
import select
import shlex
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from os import PathLike
from pathlib import Path
from urllib.parse import urlsplit

from asyncsdk.emulator.emulator import Emulator
from asyncsdk.emulator.example_company import is_loaded
from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.server.call_line import call_line
from asyncsdk.emulator.settings import Settings

__all__ = ["serve"]


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:
        # What is still in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8787,
    db: str | PathLike[str] | None = None,
    settings: Settings | None = None,
    example: bool = False,
    say: Callable[[str], object] = _say,
    console_hosts: Collection[str] = (),
    log: bool = False,
) -> None:
    """Run an emulator until Ctrl-C or SIGTERM, or until nobody reads any more what it prints.

    Args:
        host: the address to listen on.
        port: the port; 0 for any that is free.
        db: a file that keeps the state.
        settings: the platform's rules and the account's data.
        example: whether to load an example company, with the lists of the guides; one that ``db`` has already
            stays as it is.
        say: is called with the lines that tell where to connect, and with what; a ``BrokenPipeError`` ends all.
        console_hosts: names, besides ``localhost``, under which browsers may ask for the console.
        log: say one line for each call, too, when it has ended; lines that nobody takes are left out.
    """
    stop = asyncio.Event()
    _on_signals(stop.set)

    def say_or_stop(line: str) -> None:
        try:
            say(line)
        except BrokenPipeError:
            stop.set()

    async with Emulator(settings, db, host, port, console_hosts=console_hosts) as server:
        server.token_file = _token_file(server, anew=db is None)
        if example and not is_loaded(server):
            server.load_example()
        for line in _first_lines(server, server.token_file):
            say_or_stop(line)
        if log:
            server.calls.subscribe(_CallLog(say_or_stop, _is_writable if say is _say else lambda: True))
        await stop.wait()


def _token_file(server: Emulator, *, anew: bool) -> Path:
    """The path of a token file that is found from any folder, and that no emulator on another port uses.

    Anew, the token of the emulator before is forgotten, with the logins and calls that were counted: the new one
    knows none of them, and after five starts in an hour programs would find all logins spent.
    """
    path = Path(f"emulator-token-{urlsplit(server.url).port}.json").absolute()
    for end in ("", ".usage", ".limits") if anew else ():
        with suppress(OSError):  # it is not there, or has to be used as it is
            Path(f"{path}{end}").unlink()
    return path


class _CallLog:
    """Says one line for each call that has ended.

    Args:
        say: is called with each line.
        ready: whether that can be done without waiting; the emulator would stand still meanwhile, for all.
    """

    def __init__(self, say: Callable[[str], object], ready: Callable[[], bool]) -> None:
        self._say = say
        self._ready = ready
        self._left_out = 0

    def __call__(self, call: Call) -> None:
        if call.state == "open":
            return
        if not self._ready():
            self._left_out += 1
            return
        if self._left_out:
            self._say(f"... {self._left_out:,} calls are left out here: nobody took their lines")
            self._left_out = 0
        self._say(call_line(call))


def _is_writable() -> bool:
    """Whether the standard output takes a line at once; a full pipe that nobody reads takes none."""
    try:
        return bool(select.select([], [sys.stdout], [], 0)[1])
    except (OSError, ValueError):  # it is no file, or this is Windows, where only sockets can be asked
        return True


def _on_signals(function: Callable[[], object]) -> None:
    """Have a function called on Ctrl-C and SIGTERM."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, function)
        except (NotImplementedError, RuntimeError):
            # Not on Windows, nor outside the main thread: there a cancellation ends it.
            break


def _first_lines(server: Emulator, token_file: Path) -> Iterator[str]:
    yield f"Listening on {server.url}"
    # No browser goes to the address that means all addresses, and not every system lets a program do so.
    reachable = server.url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    yield f"Console: {reachable}/"
    yield from _exports(server, reachable, token_file)


def _exports(server: Emulator, url: str, token_file: Path) -> Iterator[str]:
    """Shell commands that set the environment variables."""
    yield f"export ACTON_BASE_URL={url}"
    for name, value in server.credentials.items():
        yield f"export ACTON_{name.upper()}={shlex.quote(value)}"
    yield f"export ACTON_TOKEN_FILE={shlex.quote(str(token_file))}  # programs that share it log in once"
