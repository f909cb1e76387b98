"""HTTP log: what aiohttp's server has to say, without a stack trace for each request that is no HTTP."""

from __future__ import annotations

import logging

from aiohttp.http_exceptions import HttpProcessingError

__all__ = ["HTTP_LOG"]


def _shorten(record: logging.LogRecord) -> bool:
    """Tell a malformed request, which got its 400, in one line; its text may hold secrets."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.msg, record.args = "A malformed request was refused (%s).", (type(error).__name__,)
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = None
    return True


HTTP_LOG: logging.Logger = logging.getLogger("asyncsdk.emulator.http")
"""The logger of aiohttp's server in the emulator."""

HTTP_LOG.addFilter(_shorten)
