"""Answers to a login, from anybody: a code, or a reason why not, and never another error."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asyncsdk.cli.exit_codes import Failure
from asyncsdk.cli.login.authorization import AuthorizationCode, AuthorizationRequest, NotThisLogin

ASKED = AuthorizationRequest("https://acton.example", "client", "http://127.0.0.1:8788/callback")

ANY_TEXT = st.text(st.characters(), max_size=80)
"""Lone surrogates, too."""

FRAGMENTS = st.lists(
    st.sampled_from(
        ["code=", "state=", ASKED.state, "&", "?", "#", "%", "%ff", "http://[", "://", "error=", ";", "\x00", "c"]
    ),
    max_size=20,
).map("".join)


@pytest.mark.slow
@given(st.one_of(ANY_TEXT, FRAGMENTS))
@example("state=\ud800&code=c")
def test_any_answer_is_a_code_or_is_left_out(text: str) -> None:
    """Whatever is pasted or arrives at the port."""
    for read in (ASKED.code_from_query, ASKED.code_from_text):
        try:
            assert isinstance(read(text), AuthorizationCode)
        except (NotThisLogin, Failure):
            continue


@pytest.mark.slow
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=100), ANY_TEXT)
def test_a_code_arrives_to_the_letter(code: str, state: str) -> None:
    """With the state of the login it is the code that was sent; with any other there is none."""
    assert ASKED.code_from_query(urlencode({"code": code, "state": ASKED.state})).value == code
    other = urlencode({"code": code, "state": state}, errors="replace")
    if state != ASKED.state:
        with pytest.raises(NotThisLogin):
            ASKED.code_from_query(other)


def test_codes_and_states_hide_themselves() -> None:
    """In reprs, as tracebacks and logs have them."""
    assert "open-sesame" not in repr(AuthorizationCode("open-sesame"))
    assert ASKED.state not in repr(ASKED)


def test_a_long_answer_is_left_out() -> None:
    """Before it is taken apart."""
    with pytest.raises(NotThisLogin, match="too long"):
        ASKED.code_from_query("a" * 100_000)
