"""Signature verification, one class for each scheme."""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from math import inf
from typing import Final, Literal

from asyncsdk import clock
from asyncsdk.errors import InvalidArgument
from asyncsdk.webhooks.delivery import Delivery, Payload
from asyncsdk.webhooks.errors import HeadersInvalid, OutsideReplayWindow, SignatureInvalid
from asyncsdk.webhooks.headers import Headers, values

__all__ = ["HmacVerifier", "SvixVerifier"]

_PREFIX: Final = "whsec_"

_VERSION: Final = "v1,"
"""The prefix of signatures of this scheme; the list may hold signatures of later schemes."""

_ID: Final = re.compile(r"[!-\-/-~]+")
"""Printable ASCII without the full stop: with one, the signed text could be cut into other parts."""

_SECONDS: Final = re.compile(r"[0-9]{1,11}")


class SvixVerifier:
    """Verifies deliveries that are signed as Svix signs. That Act-On's are is inferred: see the package.

    The headers are ``svix-id``, ``svix-timestamp`` and ``svix-signature``, or the same with ``webhook-`` in place
    of ``svix-``. Signed is ``{id}.{timestamp}.{body}``, with HMAC-SHA256 and what ``whsec_`` is followed by in the
    secret, decoded from base64.
    """

    def __init__(self, *secrets: str, tolerance: float = 300.0) -> None:
        """Take the signing secrets of an endpoint.

        Args:
            secrets: as the endpoint's page shows them, with ``whsec_``. Several count at once: while a secret is
                changed, give the new and the old one.
            tolerance: by how many seconds the time of signing may be off, to either side.

        Raises:
            InvalidArgument: there is no secret, or one cannot be decoded.
        """
        self._keys = _keys(secrets, _decoded_key)
        if not 0 < tolerance < inf:
            raise InvalidArgument("tolerance is a number of seconds above 0.")
        self._tolerance = tolerance

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._keys)} secrets, tolerance={self._tolerance!r})"

    def verify(self, headers: Headers, body: bytes) -> Delivery:
        """Tell a genuine delivery of now from everything else.

        Args:
            headers: the request's, in any case: a mapping or pairs, of text or of bytes.
            body: the request's, byte for byte as it came.

        Raises:
            WebhookError: refuse the request: ``HeadersInvalid``, ``SignatureInvalid`` or ``OutsideReplayWindow``.
        """
        _check_bytes(body)
        message_id, seconds, signatures = _signed_parts(headers)
        signed = f"{message_id}.{seconds}.".encode("ascii") + body
        expected = [b64encode(hmac.digest(key, signed, "sha256")) for key in self._keys]
        candidates = (each.removeprefix(_VERSION) for each in signatures if each.startswith(_VERSION))
        if not _any_match(expected, candidates):
            raise _signature_invalid()
        age = clock.wall() - int(seconds)
        if abs(age) > self._tolerance:
            raise OutsideReplayWindow(age, self._tolerance)
        return Delivery(body=body, id=message_id, timestamp=datetime.fromtimestamp(int(seconds), UTC))


class HmacVerifier:
    """Verifies deliveries that are signed in Act-On's own words: "HMAC SHA-256 of the payload".

    Nothing more of it is published, neither the header nor how the digest is written: look at a delivery. There
    is no id and no time in it, hence no protection from replays: who has recorded a delivery can send it again,
    at any time.
    """

    def __init__(self, *secrets: str | bytes, header: str, encoding: Literal["hex", "base64"]) -> None:
        """Take the signing secrets of an endpoint.

        Args:
            secrets: the keys; of a text, its UTF-8 bytes. Several count at once, while a secret is changed.
            header: the name of the header that the signature comes in.
            encoding: how the digest is written there.

        Raises:
            InvalidArgument: there is no secret, or an argument is empty or not what it must be.
        """
        self._keys = _keys(secrets, _key_bytes)
        if encoding not in ("hex", "base64"):
            raise InvalidArgument("encoding is 'hex' or 'base64'.")
        if not header:
            raise InvalidArgument("header is the name of the header that the signature comes in.")
        self._header = header
        self._encoding: Literal["hex", "base64"] = encoding

    def __repr__(self) -> str:
        facts = f"header={self._header!r}, encoding={self._encoding!r}"
        return f"{type(self).__name__}({len(self._keys)} secrets, {facts})"

    def verify(self, headers: Headers, body: bytes) -> Payload:
        """Tell a body that Act-On once signed from everything else.

        Args:
            headers: the request's, in any case: a mapping or pairs, of text or of bytes.
            body: the request's, byte for byte as it came.

        Raises:
            WebhookError: refuse the request: ``HeadersInvalid`` or ``SignatureInvalid``.
        """
        _check_bytes(body)
        signatures = values(headers, self._header)
        if not signatures:
            raise HeadersInvalid(f"The delivery has no header {self._header}.")
        digests = [hmac.digest(key, body, "sha256") for key in self._keys]
        if self._encoding == "hex":
            matches = _any_match([digest.hex().encode() for digest in digests], map(str.lower, signatures))
        else:
            matches = _any_match(map(b64encode, digests), signatures)
        if not matches:
            raise _signature_invalid()
        return Payload(body=body)


def _keys(secrets: Sequence[str | bytes], read: Callable[[object], bytes]) -> list[bytes]:
    if not secrets:
        raise InvalidArgument("Give the signing secret, or several, each as an argument of its own.")
    return [read(secret) for secret in secrets]


def _decoded_key(secret: object) -> bytes:
    if not isinstance(secret, str) or not secret.startswith(_PREFIX):
        raise InvalidArgument(f"A signing secret is text that begins with {_PREFIX}.")
    with suppress(ValueError):
        key = binascii.a2b_base64(secret.removeprefix(_PREFIX), strict_mode=True)
        if key:
            return key
    raise InvalidArgument(f"What follows {_PREFIX} in a signing secret is base64, and this is not: copy it whole.")


def _key_bytes(secret: object) -> bytes:
    key = secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret
    if not isinstance(key, bytes) or not key:
        raise InvalidArgument("A signing secret is text or bytes, and not empty.")
    return key


def _check_bytes(body: object) -> None:
    if not isinstance(body, bytes):
        raise InvalidArgument(
            f"The body must be the bytes that came, not {type(body).__name__}: "
            "what was decoded or written anew does not verify."
        )


def _signed_parts(headers: Headers) -> tuple[str, str, list[str]]:
    """The id, the timestamp and the signatures, from the first prefix of which all three are there."""
    names = [f"{{}}-{part}" for part in ("id", "timestamp", "signature")]
    for prefix in ("svix", "webhook"):
        found = [values(headers, name.format(prefix)) for name in names]
        if all(found):
            break
    else:
        raise HeadersInvalid(
            "The delivery lacks one or all of the headers svix-id, svix-timestamp and svix-signature "
            "(or webhook-id, webhook-timestamp and webhook-signature)."
        )
    ids, timestamps, signatures = found
    if len(ids) > 1 or len(timestamps) > 1:
        raise HeadersInvalid(f"The header {prefix}-id or {prefix}-timestamp comes more than once.")
    if not _ID.fullmatch(ids[0]):
        raise HeadersInvalid(f"The header {prefix}-id is not printable ASCII without full stops.")
    if not _SECONDS.fullmatch(timestamps[0]):
        raise HeadersInvalid(f"The header {prefix}-timestamp is not a number of seconds.")
    return ids[0], timestamps[0], [each for signature in signatures for each in signature.split()]


def _any_match(expected: Iterable[bytes], candidates: Iterable[str]) -> bool:
    """Compare each with each, to the end: how long it takes does not tell which was right, or how nearly."""
    digests = list(expected)
    found = False
    for candidate in candidates:
        for digest in digests:
            found |= hmac.compare_digest(digest, candidate.encode("utf-8", "surrogatepass"))
    return found


def _signature_invalid() -> SignatureInvalid:
    return SignatureInvalid(
        "No signature of the delivery was made with any of the secrets: it is not from Act-On, "
        "the secret is another endpoint's, or the body is not the bytes that came."
    )
