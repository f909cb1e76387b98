"""Masking of recorded calls: what is secret or personal does not show, however it is written; in linear time."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.emulator.server.masking import MASKED, mask_fields, mask_json, mask_query_text, mask_text

WORDS = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=3, max_size=12)


@pytest.mark.parametrize(
    "text",
    ["/a/ada@example.com", "/a/ada%40example.com/b", "/a/ada%2540example.com", "/a/ada%252540example.com"],
)
def test_an_address_in_a_path_is_masked(text: str) -> None:
    """Also one that is percent-encoded, once or more."""
    assert "ada" not in mask_text(text)
    assert mask_text(text).startswith("/a/")


def test_secrets_in_a_query_are_masked_by_their_names() -> None:
    """Also where the name is percent-encoded or in upper case; other values stay."""
    masked = mask_query_text("offset=5&client_secret=hush&Pass%77ord=hush&email=ada%40example.com&code=hush&flag")
    assert "hush" not in masked
    assert "ada" not in masked
    assert masked.startswith("offset=5&client_secret=***&")
    assert masked.endswith("&flag")


@pytest.mark.slow
@given(WORDS, st.sampled_from(["password", "access_token", "client_secret", "Refresh_Token"]))
def test_secrets_in_json_are_masked_wherever_it_is_cut(word: str, name: str) -> None:
    """Of a text of any depth, whole or cut short at any place, no part of a secret of three letters shows."""
    secret = f"#{word}#"
    text = json.dumps({"a": [1, {name: secret, "city": "Rome"}], "b": "x"})
    for end in range(len(text) + 1):
        assert secret[:3] not in mask_json(text[:end])
    assert "Rome" in mask_json(text)


def test_escapes_hide_nothing() -> None:
    """A name or an address that is written with escapes is masked as well, also in JSON that is broken."""
    for text in (
        r'{"pass\u0077ord": "hush", "to": "ada\u0040example.com"}',
        r'{"pass\u0077ord": "hush", "to": "ada\u0040example.com"',
        r'{"password": "hu\"sh hush", "to": "ada@example.com',
    ):
        masked = mask_json(text)
        assert "hush" not in masked
        assert "ada" not in masked


def test_fields_that_hold_json_are_masked_too() -> None:
    """As uploads have them."""
    masked = mask_fields({"password": ["hush"], "specs": ['{"token": "hush", "index": 1}']})
    assert masked == {"password": [MASKED], "specs": ['{"token": "***", "index": 1}']}


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ['{"' + '\\"' * 100_000, '{"a"' + " " * 200_000, "{" + '"a":' * 50_000, "[" * 200_000, "{" + "%25" * 75_000],
)
def test_a_hostile_text_takes_no_long_time(text: str) -> None:
    """Each is passed over in linear time: a quadratic way would take half a minute."""
    begun = time.process_time()
    mask_json(text)
    assert time.process_time() - begun < 5
