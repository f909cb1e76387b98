"""Renewal recorder: raises the events of one token renewal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from asyncsdk.telemetry.observer import Emitter
from asyncsdk.telemetry.operation import Operation
from asyncsdk.telemetry.outcome import error_name, outcome_of
from asyncsdk.telemetry.server import Server
from asyncsdk.telemetry.tokens import RenewalEnded, RenewalStarted, TokenSourceName

__all__ = ["RenewalRecorder"]

T = TypeVar("T")


class RenewalRecorder(Operation):
    """Recorder of one token renewal.

    Args:
        emitter: gives events to the observers.
        server: whom it asks.
    """

    __slots__ = ("source",)

    def __init__(self, emitter: Emitter, server: Server) -> None:
        super().__init__(emitter, server, "POST", "/token")
        self.source: TokenSourceName | None = None
        """Where the last token came from."""

    async def run(self, renew: Callable[[], Awaitable[T]]) -> T:
        """Renew the token, in the task of the renewal, with the events of its beginning and its end."""
        self.enter()
        self._emitter.emit(RenewalStarted(self.number))
        error: BaseException | None = None
        try:
            return await renew()
        except BaseException as raised:
            error = raised
            raise
        finally:
            source = self.source if error is None else None
            self._emitter.emit(
                RenewalEnded(self.number, outcome_of(error), source, error_name(error), self.seconds)
            )
