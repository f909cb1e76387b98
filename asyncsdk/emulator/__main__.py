"""``python -m asyncsdk.emulator``: serve until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import sqlite3
import sys
from collections.abc import Collection, Generator
from contextlib import contextmanager
from os import PathLike

from asyncsdk.emulator.example_company import ExampleRefused
from asyncsdk.emulator.standalone import serve
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["served"]


def main() -> int:
    """Read the arguments and serve; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m asyncsdk.emulator", description="Serve a local Act-On.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8787, help="the port; 0 for any that is free")
    parser.add_argument("--db", help="a file that keeps the state")
    parser.add_argument(
        "--console-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name besides localhost under which browsers may ask for the console; may be repeated",
    )
    parser.add_argument("--example", action="store_true", help="load an example company, with lists such as l-0001")
    parser.add_argument("--log", action="store_true", help="print one line for each call")
    given = parser.parse_args()
    problem = served(given.host, given.port, given.db, given.console_host, example=given.example, log=given.log)
    if problem is None:
        return 0
    sys.stderr.write(f"{parser.prog}: {problem}\n")
    return 2


def served(
    host: str,
    port: int,
    db: str | PathLike[str] | None,
    console_hosts: Collection[str] = (),
    *,
    example: bool = False,
    log: bool = False,
) -> str | None:
    """Serve until Ctrl-C; gives one line that says why it cannot be done, or None."""
    try:
        with _defects_shown():
            asyncio.run(serve(host=host, port=port, db=db, console_hosts=console_hosts, example=example, log=log))
    except KeyboardInterrupt:
        return None
    except sqlite3.Error as error:
        return f"--db {db}: {error}."
    except ExampleRefused as error:
        return f"--example: {error}"
    except (OSError, InvalidArgument) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            return f"cannot serve on {host}:{port}: the port is in use. --port 0 takes any that is free."
        return f"cannot serve on {host}:{port}: {getattr(error, 'strerror', None) or error}"
    return None


@contextmanager
def _defects_shown() -> Generator[None]:
    """Print defects of the emulator, of which its answers say only that there are some."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    logger = logging.getLogger("asyncsdk.emulator")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


if __name__ == "__main__":
    sys.exit(main())
