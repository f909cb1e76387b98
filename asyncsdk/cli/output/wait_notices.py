"""What the library waits for, told on stderr: a command that stands still says why."""

from __future__ import annotations

import logging
from typing import Final

from asyncsdk.cli.output.streams import STDERR
from asyncsdk.cli.output.terminal import printable

__all__ = ["tell_waits"]


class _OnStderr(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Tell it in a line."""
        print(printable(f"asyncsdk: {record.getMessage()}"), file=STDERR, flush=True)


_HANDLER: Final = _OnStderr()
_WAITS: Final = logging.getLogger("asyncsdk.waits")


def tell_waits(wanted: bool) -> None:
    """Tell of waits from now on, or, as ``--quiet`` wants it, no more."""
    (_WAITS.addHandler if wanted else _WAITS.removeHandler)(_HANDLER)
