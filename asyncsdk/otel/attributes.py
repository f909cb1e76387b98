"""Attributes of spans and metrics: those of the semantic conventions for HTTP clients, and asyncsdk's own.

``url.full`` is left out, though the conventions want it: it would show addresses and tokens.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "CALLS",
    "ERROR_TYPE",
    "FATE",
    "JOB_ID",
    "LANE",
    "LIST",
    "METHOD",
    "OUTCOME",
    "REASON",
    "RESEND_COUNT",
    "RETRY_AFTER",
    "ROUTE",
    "ROWS",
    "SCHEME",
    "SECONDS",
    "SERVER_ADDRESS",
    "SERVER_PORT",
    "SOURCE",
    "STATUS_CODE",
    "TEMPLATE",
    "WORK",
]

METHOD: Final = "http.request.method"
RESEND_COUNT: Final = "http.request.resend_count"
STATUS_CODE: Final = "http.response.status_code"
SERVER_ADDRESS: Final = "server.address"
SERVER_PORT: Final = "server.port"
SCHEME: Final = "url.scheme"
TEMPLATE: Final = "url.template"
ERROR_TYPE: Final = "error.type"

ROUTE: Final = "acton.route"
LANE: Final = "acton.lane"
OUTCOME: Final = "acton.outcome"
REASON: Final = "acton.reason"
SECONDS: Final = "acton.seconds"
RETRY_AFTER: Final = "acton.retry_after"
SOURCE: Final = "acton.token.source"
CALLS: Final = "acton.calls"
FATE: Final = "acton.fate"
JOB_ID: Final = "acton.job.id"
LIST: Final = "acton.list"
ROWS: Final = "acton.rows"
WORK: Final = "acton.work"
