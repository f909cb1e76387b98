"""Addresses are hidden in everything that may be logged; what is no address stays readable."""

from __future__ import annotations

import time

import pytest

from asyncsdk.redaction import mask, masked_repr


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ada@example.com", "***@***"),
        ("no contact ada+l@example.com here.", "no contact ***@*** here."),
        ("<ada@example.com>, bob@example.org;", "<***@***>, ***@***;"),
        ("/api/1/user/ada@example.com?email=bob@example.com&x=1", "/api/1/user/***@***?email=***@***&x=1"),
        ("/api/1/user/ada%2Bl%40example.com/x", "/api/1/user/***@***/x"),
        ("mailto:ada@example.com", "mailto:***@***"),
        ("{'email': 'ada@example.com'}", "{'email': '***@***'}"),
        ("o'brien@example.com", "***@***"),
        ('"ada lovelace"@example.com', "***@***"),
        ("ada@[10.0.0.1]", "***@***"),
        ("odd'=@example.com", "***@***"),
        ("адель@пример.рф", "***@***"),
    ],
)
def test_addresses_are_hidden(text: str, masked: str) -> None:
    """An address disappears, however it is written and whatever stands around it."""
    assert mask(text) == masked


@pytest.mark.parametrize("text", ["", "no address", "expected int @ $.count", "100%", "50 %40 off", "a @ b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """A text without an address is not touched, so that messages stay readable."""
    assert mask(text) == text


def test_a_repr_is_masked() -> None:
    """``masked_repr`` is ``repr`` without addresses, also deep inside a value."""
    assert masked_repr({"Email": ["ada@example.com", 7, None]}) == "{'Email': ['***@***', 7, None]}"


def test_long_texts_are_masked_in_no_time() -> None:
    """A cell of a million characters does not hold up the event loop when a record is logged."""
    began = time.process_time()
    masked = mask("x" * 1_000_000 + " ada@example.com " + "y'" * 2_000)
    assert time.process_time() - began < 2
    assert "ada" not in masked
