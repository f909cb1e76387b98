"""Faults of the token endpoint: the kinds of trouble in which ``/token`` gives no token and refuses none."""

from __future__ import annotations

from typing import Final

from asyncsdk.emulator import Cut, Fault, Reply

__all__ = ["TOKEN_FAULTS"]

TOKEN_FAULTS: Final[dict[str, Fault]] = {
    "503": Reply.unavailable(),
    "cut": Cut("arrival"),
    "429": Reply.throttled(),
    "broken": Reply.broken_json(acted=False),
    "page": Reply.gateway_page(),
}
