"""A reader of server-sent events."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from attrs import frozen


@frozen
class Event:
    """One event."""

    name: str
    data: Any


class EventReader:
    """Reads events one by one from an answer that goes on."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer
        self.comments: list[str] = []

    async def next(self) -> Event | None:
        """The next event; None where the stream has ended."""
        name = ""
        while True:
            line = (await self._answer.content.readline()).decode()
            if not line:
                return None
            if line.startswith("event: "):
                name = line.removeprefix("event: ").strip()
            elif line.startswith("data: "):
                return Event(name, json.loads(line.removeprefix("data: ")))
            elif line.strip():
                self.comments.append(line.strip())

    async def until(self, name: str) -> Any:
        """The data of the next event of a name; others are passed over."""
        while (event := await self.next()) is not None:
            if event.name == name:
                return event.data
        raise AssertionError(f"The stream has ended without {name}.")
