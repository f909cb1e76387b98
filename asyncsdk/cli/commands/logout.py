"""``asyncsdk logout``: removes the kept login."""

from __future__ import annotations

import os

from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.login.exchange import LOCK, PATIENCE
from asyncsdk.cli.login.kept_login import forget_login
from asyncsdk.cli.login.state_folder import is_there, state_folder
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.files.file_lock import locked

__all__ = ["logout"]


async def logout(terminal: Terminal) -> int:
    """Remove the token, and the secret that renews it, from this machine."""
    folder = state_folder()
    removed = False
    if os.name == "posix" and is_there(folder):
        async with locked(folder / LOCK, PATIENCE):
            removed = forget_login(folder)
    told = f"Signed out: the token and the secret are removed from {folder}."
    terminal.result({"removed": removed}, [told if removed else "Nobody was signed in."])
    return Exit.DONE
