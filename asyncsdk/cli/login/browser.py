"""Browser of the desktop: opens an address there, if there is a desktop."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress

__all__ = ["has_desktop", "open_browser"]


def has_desktop() -> bool:
    """Whether the user sits before a desktop of this machine, as far as the environment tells."""
    if "SSH_CONNECTION" in os.environ or "SSH_TTY" in os.environ:
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(address: str) -> None:
    """Ask the desktop to open an address, and do not wait for it.

    Args:
        address: all users of the machine can see it, as an argument of processes: whoever sees the state in it
            could send a code of another account to the port.
    """
    threading.Thread(target=_open, args=(address,), name="asyncsdk browser", daemon=True).start()


def _open(address: str) -> None:
    """Open it in a process of its own: browsers print. ``-I`` keeps modules of the current folder out."""
    with suppress(OSError):
        subprocess.run(  # noqa: S603 - Python's own module
            [sys.executable, "-I", "-m", "webbrowser", address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for the browser
            check=False,
        )
