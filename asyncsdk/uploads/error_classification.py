"""Classification of errors: what an error says of the rows that were being sent, and of the rows after them.

===============================================  ===============  ==============================================
error                                            outcome          what it says
===============================================  ===============  ==============================================
``SessionClosed``, ``JobDetached``               ``stops``        nothing can be sent any more
``ReplyLost``, ``ServerError``, ``DecodeError``  ``unknown``      Act-On may have saved the rows, or not
``AuthenticationFailed``, ``RateLimited``        ``shared``       nothing was saved; other rows meet the same
``InvalidRequest``, ``InvalidArgument``,         ``rejected``     nothing was saved: these values are refused
``Conflict``
the same with a code that speaks of the list     ``denied``       nothing was saved: the list is refused
``NotFound``, ``PermissionDenied``               ``denied``       nothing was saved: list or account are refused
``PayloadTooLarge``                              ``too_large``    nothing was saved: the body is too long
any other ``APIError``                           ``unexplained``  nobody knows who says so, and what was done
anything else                                    ``shared``       nothing was saved; other rows meet the same
===============================================  ===============  ==============================================

Seven outcomes and not four, because bulk runs and queues treat them differently: a bulk run goes on after
``too_large`` and ``unexplained``, and ends with ``denied``; a queue sends ``unexplained`` rows again as it does
``unknown`` ones.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from asyncsdk.errors import (
    APIError,
    AuthenticationFailed,
    Conflict,
    DecodeError,
    InvalidArgument,
    InvalidRequest,
    JobDetached,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    ReplyLost,
    ServerError,
    SessionClosed,
)
from asyncsdk.http.error_bodies import INVALID_COLUMN, INVALID_LIST

__all__ = ["UNREADABLE", "ErrorOutcome", "classify"]

ErrorOutcome: TypeAlias = Literal["rejected", "denied", "too_large", "unexplained", "unknown", "shared", "stops"]

UNREADABLE: Final = (InvalidRequest, NotFound, DecodeError)
"""Errors that do not pass if the file of rejected rows is requested again."""

_OUTCOMES: Final[tuple[tuple[tuple[type[Exception], ...], ErrorOutcome], ...]] = (
    ((SessionClosed, JobDetached), "stops"),
    ((ReplyLost, ServerError, DecodeError), "unknown"),
    ((AuthenticationFailed, RateLimited), "shared"),
    ((InvalidRequest, InvalidArgument, Conflict), "rejected"),
    ((NotFound, PermissionDenied), "denied"),
    ((PayloadTooLarge,), "too_large"),
    ((APIError,), "unexplained"),
)

_LIST_IS_GONE: Final = frozenset({INVALID_LIST, INVALID_COLUMN})
"""Codes of Act-On that speak of the list, which is gone or has other columns now, and not of the row."""


def classify(error: Exception) -> ErrorOutcome:
    """Outcome of the rows that were being sent."""
    for kinds, outcome in _OUTCOMES:
        if isinstance(error, kinds):
            of_the_list = outcome == "rejected" and isinstance(error, APIError) and error.code in _LIST_IS_GONE
            return "denied" if of_the_list else outcome
    return "shared"
