"""Fleet of a command: the Redis at ``ACTON_REDIS_URL``, where an option names something."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.errors import InvalidArgument

if TYPE_CHECKING:
    from asyncsdk.fleet import Fleet

__all__ = ["open_fleet"]


@asynccontextmanager
async def open_fleet(option: str) -> AsyncGenerator[Fleet]:
    """An open fleet.

    Args:
        option: what needs it, for messages.

    Raises:
        Failure: no Redis is named, its address cannot be used, or redis-py is missing.
        FleetUnavailable: Redis does not answer.
        StoreFailed: Redis gives no access.
    """
    url = os.environ.get("ACTON_REDIS_URL", "").strip()
    if not url:
        raise Failure(Exit.BAD_INPUT, f"{option} needs ACTON_REDIS_URL: the journal is kept in that Redis.")
    try:
        from asyncsdk.fleet import Fleet
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise Failure(Exit.BAD_INPUT, f'{option} needs redis-py: pip install "asyncsdk[fleet]".') from None
    try:
        unopened = Fleet.from_url(url)
    except InvalidArgument as error:
        raise Failure(Exit.BAD_INPUT, f"ACTON_REDIS_URL: {error}") from error
    async with unopened as fleet:
        yield fleet
