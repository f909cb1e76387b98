"""Headers are taken as frameworks give them."""

from __future__ import annotations

from email.message import Message
from types import MappingProxyType
from typing import Any

import pytest
from multidict import CIMultiDict

from asyncsdk import InvalidArgument
from asyncsdk.webhooks import SvixVerifier
from tests.webhooks.signing import secret, signed

BODY = b"{}"
HEADERS = signed(BODY)
PAIRS = list(HEADERS.items())


def message() -> Message:
    """What ``http.server`` gives."""
    parsed = Message()
    for name, value in PAIRS:
        parsed[name] = value
    return parsed


@pytest.mark.parametrize(
    "headers",
    [
        HEADERS,
        MappingProxyType(HEADERS),
        CIMultiDict(HEADERS),
        message(),
        {name.title(): value for name, value in PAIRS},
        {name.upper(): f" {value}\t" for name, value in PAIRS},
        {name.encode(): value.encode() for name, value in PAIRS},
        PAIRS,
        tuple(PAIRS),
        [list(pair) for pair in PAIRS],
        [(b"Host", b"example.com"), *((name.encode(), value.encode()) for name, value in PAIRS)],
        [("x-other", "\u00e4\udcff"), (b"\xff", b"\xff"), *PAIRS],
    ],
    ids=lambda headers: type(headers).__name__,
)
def test_every_kind_of_headers(headers: Any) -> None:
    """Mappings and pairs, text and bytes, in any case, among any others."""
    assert SvixVerifier(secret()).verify(headers, BODY).id == "msg_1"


@pytest.mark.parametrize(
    "headers",
    [
        "svix-id: msg_1",
        b"svix-id",
        ["svix-id"],
        [("svix-id",)],
        {"svix-id": 1},
        {1: "msg_1"},
        {"svix-id": ["msg_1"]},
    ],
)
def test_what_is_no_headers_is_the_callers_mistake(headers: Any) -> None:
    """It is not taken for a forged delivery."""
    with pytest.raises(InvalidArgument):
        SvixVerifier(secret()).verify(headers, BODY)
