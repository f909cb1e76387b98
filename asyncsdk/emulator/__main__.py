"""``python -m asyncsdk.emulator``: serve until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from asyncsdk.emulator.serving import serve


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m asyncsdk.emulator", description="Serve a local Act-On.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8787, help="the port; 0 for any that is free")
    parser.add_argument("--db", help="a file that keeps the state")
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(host=given.host, port=given.port, db=given.db))


if __name__ == "__main__":
    main()
