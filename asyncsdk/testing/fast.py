"""Fast tests: nothing that a session waits for by itself takes time against one emulator, and against it alone."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from asyncsdk.errors import InvalidArgument
from asyncsdk.http.fast_servers import FAST_SERVERS

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["fast"]

_FAST_SETTINGS: Final = {
    "calls_per_second": None,
    "logins_per_hour": 100_000,
    "job_pending": 0.0,
    "job_running": 0.0,
}
"""Settings of an emulator that cost time, or refuse the logins of tests that share it. There is still a limit that
``spend_logins`` can spend, and the day's calls stay as they are: they let nobody wait."""


@contextmanager
def fast(server: Emulator) -> Generator[Emulator]:
    """Make an emulator fast, and each session that is made with its URL from now on until this ends.

    The emulator takes any number of calls in a second, and its jobs end at once. The sessions send as many, look at
    jobs without waiting, wait next to nothing before they try again, and their queues send at once. Settings of the
    emulator that are not the usual ones stay, and so does a ``limiter`` that a session is given.

    Args:
        server: an emulator that runs in this process, on an address of this machine.

    Raises:
        InvalidArgument: it is something else; nothing else can be made fast.
    """
    _check_emulator(server)
    FAST_SERVERS.add(server)
    try:
        changed = _change(server)
        try:
            yield server
        finally:
            _restore(server, changed)
    finally:
        FAST_SERVERS.remove(server)


def _check_emulator(server: object) -> None:
    from asyncsdk.emulator import Emulator

    if not isinstance(server, Emulator):
        raise InvalidArgument(f"Only an Emulator can be made fast, not {type(server).__name__}.")


def _change(server: Emulator) -> dict[str, Any]:
    """Change the settings that are the usual ones; gives what they were."""
    from asyncsdk.emulator import Settings

    usual, settings = Settings(), server.settings
    changed = {name: getattr(settings, name) for name in _FAST_SETTINGS}
    changed = {name: value for name, value in changed.items() if value == getattr(usual, name)}
    for name in changed:
        setattr(settings, name, _FAST_SETTINGS[name])
    return changed


def _restore(server: Emulator, changed: dict[str, Any]) -> None:
    """Put settings back, but those that the test has set itself."""
    for name, value in changed.items():
        if getattr(server.settings, name) == _FAST_SETTINGS[name]:
            setattr(server.settings, name, value)
