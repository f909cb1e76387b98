"""Signatures: what is signed verifies, and what was changed in a single bit does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.webhooks import SvixVerifier, WebhookError
from tests.webhooks.signing import NOW, secret, signed

KEYS = st.binary(min_size=1, max_size=80)
BODIES = st.binary(max_size=300)
IDS = st.text(st.sampled_from([chr(code) for code in range(33, 127) if chr(code) != "."]), min_size=1, max_size=40)
TIMES = st.integers(NOW - 300, NOW + 300)


@pytest.mark.slow
@given(KEYS, BODIES, IDS, TIMES)
def test_what_is_signed_verifies(key: bytes, body: bytes, message_id: str, timestamp: int) -> None:
    """Any key, body, id and time within the window."""
    headers = signed(body, key=key, message_id=message_id, timestamp=timestamp)
    delivery = SvixVerifier(secret(key)).verify(headers, body)
    assert (delivery.body, delivery.id, delivery.timestamp.timestamp()) == (body, message_id, timestamp)


@pytest.mark.slow
@given(BODIES, IDS, TIMES, st.data())
def test_no_changed_bit_verifies(body: bytes, message_id: str, timestamp: int, data: st.DataObject) -> None:
    """In the body, the id, the time or the signature."""
    headers = signed(body, message_id=message_id, timestamp=timestamp)
    parts = {**{name: value.encode() for name, value in headers.items()}, "body": body}
    name = data.draw(st.sampled_from([name for name, value in parts.items() if value]))
    changed = bytearray(parts[name])
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    parts[name] = bytes(changed)
    sent = parts.pop("body")
    with pytest.raises(WebhookError):
        SvixVerifier(secret()).verify(parts, sent)


@pytest.mark.slow
@given(KEYS, KEYS, BODIES)
def test_no_other_key_verifies(key: bytes, other: bytes, body: bytes) -> None:
    """Unless the two are the same to HMAC, which fills short keys up with zeros."""
    headers = signed(body, key=key)
    verifier = SvixVerifier(secret(other))
    if headers == signed(body, key=other):
        verifier.verify(headers, body)
    else:
        with pytest.raises(WebhookError):
            verifier.verify(headers, body)
