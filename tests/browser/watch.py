"""Watch of a page: what its browser complains about, what it fails to load, and what it asks of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, ConsoleMessage, Request, Response, WebError

__all__ = ["Watch"]


class Watch:
    """What went wrong in the pages of a context.

    That is errors and warnings (a violated Content-Security-Policy is one), requests that failed or were refused,
    and requests to anything but the server.

    Args:
        context: the context.
        url: the server's URL; requests to others are problems, even if they would be answered.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.problems: list[str] = []
        self._url = url
        context.on("console", self._said)
        context.on("weberror", self._raised)
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def allow(self, pattern: str) -> None:
        """Take out the problems that a test makes on purpose: those in which a regular expression is found."""
        self.problems = [each for each in self.problems if re.search(pattern, each) is None]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _raised(self, error: WebError) -> None:
        self.problems.append(f"error: {error.error.stack or error.error.message}")

    def _asked(self, request: Request) -> None:
        inside = request.url.startswith((f"{self._url}/", "data:", "about:"))
        if not inside:
            self.problems.append(f"asked elsewhere: {request.method} {request.url}")

    def _failed(self, request: Request) -> None:
        # A page that is left, or a frame that is taken away, breaks off what it still asks for.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"refused: {response.request.method} {response.url}: {response.status}")
