"""Serve the built documentation on this machine alone, until Ctrl-C: python docs/site/serve.py PORT."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

SITE: Final = Path(__file__).parents[2] / "build/docs/site"

HOST: Final = "127.0.0.1"


def serve(port: int) -> None:
    """Serve it at a port.

    Raises:
        OSError: the port cannot be had.
    """
    with ThreadingHTTPServer((HOST, port), partial(SimpleHTTPRequestHandler, directory=str(SITE))) as server:
        print(f"Look at http://{HOST}:{server.server_port}/index.html; Ctrl-C ends it.", flush=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def main(port: str) -> None:
    """Serve it, or tell in one line why not."""
    try:
        serve(int(port))
    except (OSError, OverflowError, ValueError) as error:
        sys.exit(f"Port {port} of {HOST} cannot be had: {error}. Another one: make docs-serve DOCS_PORT=8001")


if __name__ == "__main__":
    main(*sys.argv[1:])
