"""Built site of the documentation, as `make docs` leaves it, and a server of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web

__all__ = ["SITE", "lacking", "serving"]

ROOT: Final = Path(__file__).parents[2]
SITE: Final = ROOT / "build/docs/site"
SOURCES: Final = frozenset({".css", ".js", ".md", ".py", ".svg", ".toml"})


def lacking() -> str:
    """Why there is no site to be tested; empty if there is one, and it is of the pages that are there."""
    if not (SITE / "index.html").exists():
        return "the site is not built: make docs"
    built = (SITE / "index.html").stat().st_mtime
    sources = [each for each in (ROOT / "docs").rglob("*") if each.suffix in SOURCES]
    newer = [each.name for each in sources if each.stat().st_mtime > built]
    return f"the site is older than its pages ({', '.join(newer)}): make docs" if newer else ""


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """The site's address, while it is served on this machine."""
    application = web.Application()
    application.router.add_static("/", SITE)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
