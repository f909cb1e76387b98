"""Notices of long waits, on stderr."""

from __future__ import annotations

import logging
from typing import Final

from asyncsdk.cli.output.streams import STDERR
from asyncsdk.cli.output.terminal import printable

__all__ = ["show_waits"]


class _StderrHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Tell it in a line."""
        print(printable(f"asyncsdk: {record.getMessage()}"), file=STDERR, flush=True)


_HANDLER: Final = _StderrHandler()
_LOGGER: Final = logging.getLogger("asyncsdk.waits")


def show_waits(wanted: bool) -> None:
    """Tell of waits from now on, or, as ``--quiet`` wants it, no more."""
    (_LOGGER.addHandler if wanted else _LOGGER.removeHandler)(_HANDLER)
