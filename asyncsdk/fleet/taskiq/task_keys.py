"""Keys of a queue of tasks in Redis: ``asyncsdk:tasks:{imports}:waiting``. The braces keep them in one slot."""

from __future__ import annotations

from typing import Final

from asyncsdk.errors import InvalidArgument
from asyncsdk.redis.account_keys import is_name

__all__ = ["GROUP", "checked_delay", "checked_queue", "task_key"]

GROUP: Final = "workers"
"""The consumer group of all workers of a queue."""

_LONGEST_DELAY: Final = 366 * 86_400
_LONGEST_NUMBER: Final = 40


def checked_queue(queue: object) -> str:
    """The name of a queue of tasks, as it stands in keys.

    Raises:
        InvalidArgument: it is no such name.
    """
    if not isinstance(queue, str) or not is_name(queue):
        raise InvalidArgument(
            "The name of a queue of tasks must be 1 to 100 letters, digits, '.', '_' and '-', such as 'imports'."
        )
    return queue


def checked_delay(delay: object) -> float:
    """Seconds until a task may begin, from a number or from the text of a label.

    Raises:
        InvalidArgument: it is none.
    """
    try:
        seconds = (
            float(delay) if isinstance(delay, (str, int, float)) and len(str(delay)) < _LONGEST_NUMBER else -1.0
        )
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_DELAY:
        raise InvalidArgument("The delay of a task must be 0 to 31,622,400 seconds (366 days).")
    return seconds


def task_key(queue: str, part: str) -> str:
    """The key of one part of what a queue of tasks has in Redis: ``waiting`` is the stream of its messages."""
    return f"asyncsdk:tasks:{{{queue}}}:{part}"


def unsafe_key(stream: str) -> str:
    """The key of the notes about messages of a stream whose tasks have begun a call that must not be made twice."""
    return f"{stream}:unsafe"
