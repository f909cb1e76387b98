"""Notices of long waits, on stderr."""

from __future__ import annotations

import logging
from typing import Final

from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.streams import STDERR

__all__ = ["show_waits"]


class _StderrHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """Print the record in a line."""
        print(printable(f"asyncsdk: {record.getMessage()}"), file=STDERR, flush=True)


_HANDLER: Final = _StderrHandler()
_LOGGER: Final = logging.getLogger("asyncsdk.waits")


def show_waits(wanted: bool) -> None:
    """Show waits on stderr from now on, or, with ``--quiet``, no longer."""
    (_LOGGER.addHandler if wanted else _LOGGER.removeHandler)(_HANDLER)
