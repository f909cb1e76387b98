"""Webhook verification and parsing, for Act-On's outgoing webhooks.

For any web framework: it needs the headers and the raw body, and nothing of the session::

    verifier = SvixVerifier("whsec_…")
    delivery = verifier.verify(request.headers, await request.read())
    match delivery.event():
        case ProgramStarted(name=name): ...

Act-On publishes no more of the signature than "HMAC SHA-256 of the payload with the endpoint's signing secret".
Its setup screens belong to Svix, a service that delivers webhooks, whose signatures are published: that Act-On's
are the same is inferred, and has not been seen. ``HmacVerifier`` takes Act-On's wording at its word, for an
endpoint that turns out to be signed so.
"""

from asyncsdk.webhooks.delivery import Delivery, Payload
from asyncsdk.webhooks.errors import (
    HeadersInvalid,
    OutsideReplayWindow,
    PayloadInvalid,
    SignatureInvalid,
    WebhookError,
)
from asyncsdk.webhooks.events import (
    EVENT_TYPES,
    Event,
    EventType,
    OtherEvent,
    ProgramEvent,
    ProgramStarted,
    ProgramStopped,
)
from asyncsdk.webhooks.headers import Headers
from asyncsdk.webhooks.verifiers import HmacVerifier, SvixVerifier

__all__ = [
    "EVENT_TYPES",
    "Delivery",
    "Event",
    "EventType",
    "Headers",
    "HeadersInvalid",
    "HmacVerifier",
    "OtherEvent",
    "OutsideReplayWindow",
    "Payload",
    "PayloadInvalid",
    "ProgramEvent",
    "ProgramStarted",
    "ProgramStopped",
    "SignatureInvalid",
    "SvixVerifier",
    "WebhookError",
]
