"""Token store whose process is killed when it is to save a token: a renewal was answered, and is not kept."""

from __future__ import annotations

import os
import signal
from typing import Any

from asyncsdk import Token
from asyncsdk.auth.token_store import TokenStore

__all__ = ["DyingStore"]


class DyingStore:
    """Token store that never saves a token.

    Args:
        store: does the rest.
    """

    def __init__(self, store: TokenStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def save(self, token: Token, owner: str = "") -> None:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)
