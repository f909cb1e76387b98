"""Patient results: a result backend that tries again while its Redis is away, so that no result is lost."""

from __future__ import annotations

from typing import Any, TypeVar

from taskiq import AsyncResultBackend, TaskiqResult
from taskiq.depends.progress_tracker import (  # pyright: ignore[reportMissingTypeStubs] - a folder without __init__
    TaskProgress,
)

from asyncsdk.fleet.taskiq.patience import RedisPatience
from asyncsdk.redis.redis_errors import REDIS_ERRORS, is_away

__all__ = ["PatientResults"]

Returned = TypeVar("Returned")


class PatientResults(AsyncResultBackend[Returned]):
    """Result backend that saves a result as soon as Redis works; taskiq would go on without it.

    Args:
        backend: what keeps the results.
        patience: waits while Redis is away.
    """

    def __init__(self, backend: AsyncResultBackend[Returned], patience: RedisPatience) -> None:
        self.backend = backend
        self._patience = patience

    async def startup(self) -> None:
        """Start the backend."""
        await self.backend.startup()

    async def shutdown(self) -> None:
        """Close the backend."""
        await self.backend.shutdown()

    async def set_result(self, task_id: str, result: TaskiqResult[Returned]) -> None:
        """Save the result of a task; waits while Redis is away."""
        while True:
            try:
                return await self.backend.set_result(task_id, result)
            except REDIS_ERRORS as error:
                if not is_away(error):
                    raise
                await self._patience.wait(error)

    async def is_result_ready(self, task_id: str) -> bool:
        """Whether there is a result."""
        return await self.backend.is_result_ready(task_id)

    async def get_result(self, task_id: str, with_logs: bool = False) -> TaskiqResult[Returned]:
        """The result of a task."""
        return await self.backend.get_result(task_id, with_logs)

    async def set_progress(self, task_id: str, progress: TaskProgress[Any]) -> None:
        """Save how far a task is."""
        await self.backend.set_progress(task_id, progress)

    async def get_progress(self, task_id: str) -> TaskProgress[Any] | None:
        """How far a task is."""
        return await self.backend.get_progress(task_id)
