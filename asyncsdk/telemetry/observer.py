"""Observer: a function of the program that is given each event of a session; the emitter calls it."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from asyncsdk.errors import InvalidArgument

if TYPE_CHECKING:
    from asyncsdk.telemetry.event import Event

__all__ = ["Emitter", "Observer"]

Observer: TypeAlias = "Callable[[Event], object]"
"""A function that is given one event. It runs in the event loop, so it must be quick and wait for nothing; what it
raises is logged once and reaches no call. What it gives back is ignored."""

_log = logging.getLogger("asyncsdk")


class Emitter:
    """Emitter of events: gives each to all observers of a session, and keeps their errors from its calls.

    Args:
        observer: one observer, or several.

    Raises:
        InvalidArgument: one of them is no plain function of one event.
    """

    def __init__(self, observer: Observer | Sequence[Observer]) -> None:
        given: object = observer
        self._observers: tuple[Observer, ...] = (
            (observer,) if callable(observer) else tuple(observer) if isinstance(given, Sequence) else ()
        )
        if not self._observers or not all(_is_plain(each) for each in self._observers):
            raise InvalidArgument(
                "observer must be a function of one event, or several in a list; no async function: it runs"
                " between the steps of a call, and nothing could await it."
            )
        self._failed: set[int] = set()

    def emit(self, event: Event) -> None:
        """Give an event to each observer."""
        for place, observer in enumerate(self._observers):
            try:
                observer(event)
            except (Exception, asyncio.CancelledError) as error:  # a cancellation of its own making is no call's
                self._log_once(place, event, error)

    def _log_once(self, place: int, event: Event, error: BaseException) -> None:
        if place in self._failed:
            return
        self._failed.add(place)
        name, kind = type(event).__name__, type(error).__name__
        # Its text is not shown: nobody knows what it holds.
        _log.error(
            "An observer failed at %s: %s. It is called again, and this is not logged again.",
            name,
            kind,
            extra={"acton_event": "observer_failed", "acton_observed": name, "acton_error": kind},
        )


def _is_plain(observer: object) -> bool:
    """Whether it can be called, and is no async function."""
    if not callable(observer):
        return False
    return not (inspect.iscoroutinefunction(observer) or inspect.iscoroutinefunction(type(observer).__call__))
