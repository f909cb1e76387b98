"""``asyncsdk fleet dead-letters``: tasks that were given up; shows them, puts one again, or drops it."""

from __future__ import annotations

import os
from typing import Final, Literal

from asyncsdk.cli.commands.task_source import TaskSource, has_tasks, task_source
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.output.task_report import letter_json, letter_lines
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.errors import InvalidArgument

__all__ = ["change_letter", "show_letters"]

_NO_REDIS: Final = "Set ACTON_REDIS_URL: dead letters are kept in that Redis."

_NO_TASKS: Final = 'Dead letters need taskiq: pip install "asyncsdk[taskiq]".'


async def show_letters(terminal: Terminal, queue: str, most: int) -> int:
    """Show the newest dead letters of a queue."""
    async with task_source(_checked_url()) as tasks:
        letters = await tasks.letters(queue, most)
    lines = letter_lines(letters, terminal.width) if letters else [f"The queue {queue} has no dead letter."]
    terminal.result({"queue": queue, "dead_letters": [letter_json(each) for each in letters]}, lines)
    return Exit.DONE


async def change_letter(terminal: Terminal, queue: str, letter_id: str, change: Literal["retry", "drop"]) -> int:
    """Put a letter's task into its queue again, or forget it."""
    async with task_source(_checked_url()) as tasks:
        done = await _changed(tasks, queue, letter_id, change)
    if not done:
        raise Failure(Exit.BAD_INPUT, f"The queue {queue} has no dead letter of this id.")
    words = "It is in the queue again." if change == "retry" else "It is dropped."
    terminal.result({"queue": queue, "id": letter_id, "done": change}, [words])
    return Exit.DONE


async def _changed(tasks: TaskSource, queue: str, letter_id: str, change: Literal["retry", "drop"]) -> bool:
    if change == "retry":
        return await tasks.retry(queue, letter_id)
    return await tasks.drop(queue, letter_id)


def _checked_url() -> str:
    """The address of Redis.

    Raises:
        Failure: it is missing, or cannot be used; or an extra is missing.
    """
    if not (url := os.environ.get("ACTON_REDIS_URL", "").strip()):
        raise Failure(Exit.BAD_INPUT, _NO_REDIS)
    if not has_tasks():
        raise Failure(Exit.BAD_INPUT, _NO_TASKS)
    from asyncsdk.redis.redis_address import RedisAddress

    try:
        RedisAddress(url).check()
    except InvalidArgument as error:
        raise Failure(Exit.BAD_INPUT, f"ACTON_REDIS_URL: {error}") from error
    return url
