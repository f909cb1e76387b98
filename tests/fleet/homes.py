"""Home of an account's limits: what a worker process is told, so that it shares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from attrs import frozen

from tests.support.strict_server import StrictServer
from tests.support.worker_processes import Workers, workers

__all__ = ["Home"]


@frozen
class Home:
    """Where the processes of one account share their limits."""

    client: str
    """What the worker program calls it."""
    settings: Mapping[str, object]

    def workers(
        self, server: StrictServer, who: Sequence[str], *, seconds: float, callers: int = 4, **settings: object
    ) -> AbstractAsyncContextManager[Workers]:
        """Worker processes that share this home."""
        whole = {**self.settings, **settings}
        return workers(self.client, who, url=server.url, seconds=seconds, callers=callers, **whole)
