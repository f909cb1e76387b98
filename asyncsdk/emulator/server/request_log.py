"""Request log, for tests to read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from attrs import define, field

from asyncsdk.emulator.call_names import check_route
from asyncsdk.emulator.validators import whole_number

__all__ = ["Call", "Calls"]


@define
class Call:
    """One call, stamped before its body was read."""

    time: float
    """When it arrived, by the emulator's clock."""

    method: str
    path: str
    """As it came, still percent-encoded, without the query."""

    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    """The headers; the value of ``Authorization`` is left out."""

    new_connection: bool
    """Whether it is the first on its connection."""

    route: str = ""
    """The row's name such as ``contacts.upsert``; ``token``, ``authorize``, or empty for an unknown path."""

    status: int | None = None
    """The answer's status; None while there is none, and where the connection was cut or left hanging."""


class Calls(Sequence[Call]):
    """The last 100,000 calls, the oldest first."""

    def __init__(self, limit: int = 100_000) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self.total: int = 0
        """Number of all calls, also of those that are no longer kept."""
        self._arrival: asyncio.Event | None = None

    def note(self, call: Call) -> None:
        """Add one."""
        self._calls.append(call)
        self.total += 1
        if self._arrival is not None:
            self._arrival.set()
            self._arrival = None

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | Sequence[Call]:
        return list(self._calls)[index] if isinstance(index, slice) else self._calls[index]

    def clear(self) -> None:
        """Forget them all."""
        self._calls.clear()

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
        return [call for call in self._calls if call.route == route]

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
