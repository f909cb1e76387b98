"""Keys of a queue of tasks in Redis: ``asyncsdk:tasks:{imports}:waiting``. The braces keep them in one slot."""

from __future__ import annotations

import re
from typing import Final

from asyncsdk.errors import InvalidArgument

__all__ = ["GROUP", "checked_queue", "task_key"]

GROUP: Final = "workers"
"""The consumer group of all workers of a queue."""

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")


def checked_queue(queue: object) -> str:
    """The name of a queue of tasks, as it stands in keys.

    Raises:
        InvalidArgument: it is no such name.
    """
    if not isinstance(queue, str) or _NAME.fullmatch(queue) is None:
        raise InvalidArgument(
            "The name of a queue of tasks must be 1 to 100 letters, digits, '.', '_' and '-', such as 'imports'."
        )
    return queue


def task_key(queue: str, part: str) -> str:
    """The key of one part of what a queue of tasks has in Redis: ``waiting`` is the stream of its messages."""
    return f"asyncsdk:tasks:{{{queue}}}:{part}"
