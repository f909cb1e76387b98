"""No address survives masking, and masking what is masked changes nothing."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asyncsdk import APIError
from asyncsdk.redaction import mask, masked_repr

pytestmark = pytest.mark.slow

BEFORE = st.sampled_from(
    ["", " ", "<", "to: ", "/api/1/user/", "?email=", "&x=1&email=", "{'email': '", '"', "(", ","]
)
AFTER = st.sampled_from(["", " ", ">", ".", "/x", "&y=2", "'}", '"', ")", ",", ";", "?", "\n"])
LOCAL = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,6})?", fullmatch=True)
QUOTED = st.from_regex(r'"[a-z ,;:<>()\[\]@.]{1,12}"', fullmatch=True)
DOMAIN = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}\.(org|example|xn--p1ai)|\[10\.\d\.\d\.\d\]", fullmatch=True)


@settings(max_examples=300)
@given(BEFORE, LOCAL | QUOTED, DOMAIN, AFTER)
@example("{'email': '", "o'brien", "example.org", "'}")
@example("", "/", "a.example", "")
def test_no_address_survives(before: str, local: str, domain: str, after: str) -> None:
    """Whatever a mailbox may be called, and whatever stands around it, neither it nor its host is left."""
    text = f"{before}{local}@{domain}{after}"
    masked = mask(text)
    assert f"@{domain}" not in masked
    assert domain.strip("[]") not in masked
    assert f"{local}@" not in masked
    assert mask(masked) == masked


@settings(max_examples=150)
@given(BEFORE, LOCAL, DOMAIN)
def test_no_encoded_address_survives(before: str, local: str, domain: str) -> None:
    """Percent-encoded, as in a path or a query, an address is hidden as well."""
    encoded = f"{quote(local, safe='')}%40{quote(domain, safe='')}"
    masked = mask(f"{before}{encoded}")
    assert encoded not in masked
    assert quote(domain, safe="") not in masked


@settings(max_examples=100)
@given(st.emails(), st.text(max_size=20))
def test_errors_and_reprs_hide_addresses(address: str, words: str) -> None:
    """An address in a server's words or in a record shows neither in an error nor in a repr."""
    refused = APIError(f"{words} {address} is unknown", status=400)
    host = address.rpartition("@")[2]
    assert f"@{host}" not in f"{refused} {refused!r} {refused.message}"
    assert f"@{host}" not in masked_repr({"Email": address, "Json": json.dumps([address])})


@settings(max_examples=150)
@given(st.text(st.characters(exclude_characters="@"), max_size=60).filter(lambda text: "%40" not in text))
def test_texts_without_an_address_are_left_alone(text: str) -> None:
    """Masking costs no words: where there is no address, nothing changes."""
    assert mask(text) == text
