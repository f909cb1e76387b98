"""Assets of the console: the files of its page, read from the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from aiohttp import web

__all__ = ["asset"]

_KINDS = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}

PREFIX = "/_emulator/assets/"


@cache
def _contents() -> dict[str, bytes]:
    """The contents of all assets by name; read at once, so that no name from a request is ever a path."""
    folder = files("asyncsdk.emulator.console").joinpath("assets")
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.name.rpartition(".")[2] in _KINDS}


def asset(raw_path: str) -> web.Response | None:
    """The file at a path; None if there is none."""
    name = "index.html" if raw_path == "/" else raw_path.removeprefix(PREFIX)
    content = _contents().get(name)
    if content is None or not (raw_path == "/" or raw_path.startswith(PREFIX)):
        return None
    return web.Response(body=content, content_type=_KINDS[name.rpartition(".")[2]], charset="utf-8")
