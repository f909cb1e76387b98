"""The sender's side, written from the published scheme: the client's code is not asked."""

from __future__ import annotations

import base64
import hashlib
import hmac

NOW = 1_760_000_000
"""When deliveries are signed."""

KEY = bytes(range(24))
OTHER_KEY = bytes(range(100, 124))


def secret(key: bytes = KEY) -> str:
    """A key as the endpoint's page shows it."""
    return "whsec_" + base64.b64encode(key).decode()


def signature(body: bytes, *, key: bytes = KEY, message_id: str = "msg_1", timestamp: object = NOW) -> str:
    """One entry of the header of signatures."""
    content = message_id.encode() + b"." + str(timestamp).encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def signed(
    body: bytes,
    *,
    key: bytes = KEY,
    message_id: str = "msg_1",
    timestamp: object = NOW,
    prefix: str = "svix",
) -> dict[str, str]:
    """The headers of a delivery."""
    return {
        f"{prefix}-id": message_id,
        f"{prefix}-timestamp": str(timestamp),
        f"{prefix}-signature": signature(body, key=key, message_id=message_id, timestamp=timestamp),
    }
