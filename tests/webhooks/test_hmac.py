"""Deliveries that are signed in Act-On's own words, a digest of the body alone, are told from everything else."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from unittest import mock

import pytest

from asyncsdk import InvalidArgument
from asyncsdk.webhooks import HeadersInvalid, HmacVerifier, Payload, SignatureInvalid

BODY = b'{"name": "Welcome"}'


def digest(key: bytes, body: bytes = BODY) -> bytes:
    """What the sender writes in hex or in base64."""
    return hmac.new(key, body, hashlib.sha256).digest()


HEX = digest(b"key").hex()
BASE64 = base64.b64encode(digest(b"key")).decode()


@pytest.mark.parametrize("written", [HEX, HEX.upper()])
@pytest.mark.parametrize("key", ["key", b"key"])
def test_hex(written: str, key: str | bytes) -> None:
    """A digest in hex verifies, in either case; a key may be text or bytes."""
    verifier = HmacVerifier(key, header="X-Signature", encoding="hex")
    assert verifier.verify({"x-signature": written}, BODY) == Payload(body=BODY)


def test_base64() -> None:
    """A digest in base64 verifies."""
    verifier = HmacVerifier("key", header="x-signature", encoding="base64")
    assert verifier.verify([(b"X-Signature", BASE64.encode())], BODY) == Payload(body=BODY)


@pytest.mark.parametrize(("encoding", "written"), [("hex", BASE64), ("base64", HEX), ("base64", BASE64.lower())])
def test_the_encoding_is_not_guessed(encoding: Any, written: str) -> None:
    """Only the one that was asked for counts."""
    with pytest.raises(SignatureInvalid):
        HmacVerifier("key", header="x-signature", encoding=encoding).verify({"x-signature": written}, BODY)


def test_another_body_or_key_is_refused() -> None:
    """The digest covers the body, and needs the key."""
    verifier = HmacVerifier("key", header="x-signature", encoding="hex")
    for written in (digest(b"other").hex(), digest(b"key", BODY + b" ").hex(), "", "\udcff"):
        with pytest.raises(SignatureInvalid):
            verifier.verify({"x-signature": written}, BODY)


def test_several_secrets_and_signatures_count_at_once() -> None:
    """All are compared, in constant time."""
    verifier = HmacVerifier("new", "key", header="x-signature", encoding="hex")
    with mock.patch.object(hmac, "compare_digest", wraps=hmac.compare_digest) as compare:
        verifier.verify([("x-signature", HEX), ("x-signature", "00")], BODY)
    assert compare.call_count == 4


def test_the_header_is_needed() -> None:
    """A delivery without it is refused by its name."""
    verifier = HmacVerifier("key", header="x-signature", encoding="hex")
    with pytest.raises(HeadersInvalid, match="x-signature"):
        verifier.verify({}, BODY)


def test_a_body_is_bytes() -> None:
    """Text is refused as the caller's mistake."""
    verifier = HmacVerifier("key", header="x-signature", encoding="hex")
    text: Any = BODY.decode()
    with pytest.raises(InvalidArgument, match="bytes that came"):
        verifier.verify({"x-signature": HEX}, text)


@pytest.mark.parametrize(
    ("secrets", "options"),
    [
        ([], {}),
        ([""], {}),
        ([b""], {}),
        ([None], {}),
        (["key"], {"encoding": "binary"}),
        (["key"], {"header": ""}),
    ],
)
def test_wrong_arguments_are_refused_at_once(secrets: list[Any], options: dict[str, Any]) -> None:
    """Not at the first delivery."""
    with pytest.raises(InvalidArgument):
        HmacVerifier(*secrets, **{"header": "x-signature", "encoding": "hex", **options})
