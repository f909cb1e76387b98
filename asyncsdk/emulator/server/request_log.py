"""Request log, for tests and the console to read."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, overload

from asyncsdk.emulator.call_names import check_route
from asyncsdk.emulator.server.call import Call, CallState
from asyncsdk.emulator.server.call_assertions import assert_calls
from asyncsdk.emulator.server.call_counts import CallCounts
from asyncsdk.emulator.server.call_rates import CallRates
from asyncsdk.emulator.server.call_retention import CallRetention
from asyncsdk.emulator.validators import whole_number

__all__ = ["Call", "CallListener", "Calls"]

logger: logging.Logger = logging.getLogger("asyncsdk.emulator")

CallListener: TypeAlias = Callable[[Call], object]
"""Is told of a call when it arrives, and again when it has ended."""


class Calls(Sequence[Call]):
    """The last 100,000 calls, the oldest first."""

    def __init__(self, limit: int = 100_000) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self.total: int = 0
        """Number of all calls, also of those that are no longer kept."""
        self.counts: CallCounts = CallCounts()
        """Totals since the log was last cleared."""
        self.rates: CallRates = CallRates()
        """The calls of each second of the last hour; ``authorize`` is not among them, as no limit counts it."""
        self._retention: CallRetention = CallRetention()
        self._open: dict[int, tuple[Call, float]] = {}
        """The open ones by identity, and when they arrived by the event loop's clock."""
        self._arrival: asyncio.Event | None = None
        self._listeners: dict[object, CallListener] = {}

    def note(self, call: Call) -> None:
        """Add one; gives it its number."""
        self.total += 1
        call.number = self.total
        self._calls.append(call)
        self._open[id(call)] = call, asyncio.get_running_loop().time()
        self._count(call)
        self._retention.arrived(call)
        if self._arrival is not None:
            self._arrival.set()
            self._arrival = None
        self._tell(call)

    def _count(self, call: Call) -> None:
        self.counts.calls += 1
        self.counts.refused += call.refused
        if call.route != "authorize":
            self.rates.note(call.time, refused=call.refused)

    def keep_arguments(self, call: Call, arguments: Mapping[str, object], size: int) -> None:
        """Note a call's arguments, and how many bytes they had as they travelled."""
        call.arguments = arguments
        self._retention.keep_arguments(call, size)

    def end(self, call: Call, state: CallState) -> None:
        """Note how a call has ended; what ended before stays as it is."""
        opened = self._open.pop(id(call), None)
        if opened is None:
            return
        call.state = state
        call.seconds = asyncio.get_running_loop().time() - opened[1]
        self._tell(call)

    @property
    def open_calls(self) -> int:
        """Number of calls that have not ended yet."""
        return len(self._open)

    def subscribe(self, listener: CallListener) -> Callable[[], None]:
        """Have a function called with each call: when it arrives, and again when it has ended.

        It is called on the event loop of the emulator and must not wait. An error of its own is logged and
        otherwise ignored.

        Returns:
            A function that ends this; it may be called again.
        """
        key = object()
        self._listeners[key] = listener

        def unsubscribe() -> None:
            self._listeners.pop(key, None)

        return unsubscribe

    def _tell(self, call: Call) -> None:
        for listener in tuple(self._listeners.values()):
            try:
                listener(call)
            except Exception:
                logger.exception("A listener of the request log has failed.")

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __reversed__(self) -> Iterator[Call]:
        return reversed(self._calls)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | Sequence[Call]:
        return list(self._calls)[index] if isinstance(index, slice) else self._calls[index]

    def clear(self) -> None:
        """Forget them all, and begin to count anew; numbers go on.

        A call that is still open then goes on as well, but nobody is told any more how it ends.
        """
        self._calls.clear()
        self._open.clear()
        self.counts = CallCounts()
        self.rates.clear()
        self._retention.clear()

    def find(self, number: int) -> Call | None:
        """The call with a number; None if it is not kept."""
        if not self._calls or not self._calls[0].number <= number <= self._calls[-1].number:
            return None
        return self._calls[number - self._calls[0].number]

    async def arrived(self, route: str = "any", count: int = 1) -> None:
        """Wait until so many calls of a route have arrived; their answers may still be on the way.

        Raises:
            InvalidArgument: there is no such route, for which one would wait for ever.
        """
        check_route(route)
        whole_number("count", count, 0)
        while (len(self) if route == "any" else len(self.of(route))) < count:
            if self._arrival is None:
                self._arrival = asyncio.Event()
            await self._arrival.wait()

    def of(self, route: str) -> list[Call]:
        """The calls of one route; of an empty name, those to paths that there are not.

        Raises:
            InvalidArgument: there is no such route.
        """
        check_route(route)
        return [call for call in self._calls if call.route == route or route in call.aliases]

    def most_in_any_second(self) -> int:
        """The most API and token calls that arrived within any one second."""
        recent: deque[float] = deque()
        most = 0
        for call in self._calls:
            if call.route == "authorize":
                continue
            while recent and recent[0] <= call.time - 1.0:
                recent.popleft()
            recent.append(call.time)
            most = max(most, len(recent))
        return most

    def assert_one(self, route: str, /, **arguments: object) -> Call:
        """Assert that one call of a route, no more and no fewer, was carried out with these arguments; gives it.

        A call that was refused and repeated counts once: only what the emulator did counts. Arguments go by the
        names of the client's method; those that are not named may be any. They are the same if they are equal or
        travel alike; addresses are compared as they were given, upper and lower case told apart. Of a file, bytes
        are compared with its content, a text with its name and its content.

        Args:
            route: a route's name such as ``contacts.upsert``, ``token``, or ``any``.
            arguments: what the call must have had.

        Raises:
            AssertionError: there is none, or more than one; the message tells what there was instead.
            InvalidArgument: there is no such route or argument; the message suggests the nearest.
        """
        __tracebackhide__ = True
        return assert_calls(self, route, 1, arguments)[0]

    def assert_none(self, route: str, /, **arguments: object) -> None:
        """Assert that no call of a route was carried out with these arguments; see ``assert_one``."""
        __tracebackhide__ = True
        assert_calls(self, route, 0, arguments)

    def assert_count(self, route: str, count: int, /, **arguments: object) -> list[Call]:
        """Assert that so many calls of a route were carried out with these arguments; see ``assert_one``."""
        __tracebackhide__ = True
        return assert_calls(self, route, count, arguments)
