"""Delivery: a verified webhook request."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.webhooks.errors import PayloadInvalid
from asyncsdk.webhooks.events import Event
from asyncsdk.webhooks.parsing import event_of

__all__ = ["Delivery", "Payload"]


@frozen(kw_only=True)
class Payload:
    """A body. Make one of a body that you stored to read its event later: ``Payload(body=stored).event()``."""

    body: bytes = field(repr=False)
    """The body as it came."""

    def json(self) -> Json:
        """The value of the body.

        Raises:
            PayloadInvalid: it is not JSON.
        """
        with suppress(ValueError, RecursionError):
            return json.loads(self.body)
        # Raised out here, because json's own error holds the body.
        raise PayloadInvalid("The body is not JSON.")

    def event(self, event_type: str | None = None) -> Event:
        """The event that the body tells of.

        The body does not say of which type it is. To be sure, have an endpoint for each type, and give the type
        here. Then a documented type is read as its class, or refused, and any other is an ``OtherEvent``.

        Without a type, or with a variant such as ``automated-program.started.teams``, the keys decide: what has
        those of a documented event is read as its class, and everything else is an ``OtherEvent``.

        Raises:
            PayloadInvalid: it is not JSON, or not what is published for events of the type that was given.
        """
        return event_of(self.json(), event_type)


@frozen(kw_only=True)
class Delivery(Payload):
    """A body whose signature covers an id and a time, too."""

    id: str
    """The message. Every attempt to deliver it has the same: the key to tell a repetition by."""

    timestamp: datetime
    """When this attempt was signed, UTC; a later attempt has a later one."""
