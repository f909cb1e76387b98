"""Masked words: what a server says, without what it says of the account."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.probe.known_words import known_words
from asyncsdk.probe.masked_words import LONGEST, masked_words

PIECES = ["List", "Zdenka", "O'Qvexor", "a@", "'", "of", "\u5c71", "_", "3", ""]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Invalid or missing list", "Invalid or missing list"),
        ("Column Shoe Size of Zdenka is not in Qvexor guests", "Column <words> Size of <words> is not in <words>"),
        ("INVALID_LIST: Qvexor_guests", "INVALID_LIST: <words>_<words>"),
        ("Missing parameter modafter", "Missing parameter modafter"),
        ("PUBLIC_OPTIN_FEATURE_NOT_ENABLED", "PUBLIC_OPTIN_FEATURE_NOT_ENABLED"),
        ("No resources match requested URI", "No resources match requested URI"),
        ("Provided Authorization Grant is invalid", "Provided Authorization Grant is invalid"),
        ("x-qvexor-request-id", "x-<words>-request-id"),
        ("\u5c71\u7530 is no contact", "<words> is no contact"),
        ("List an\u0301a was not found", "List <words> was not found"),
        ("List \u0915\u0941\u092e\u093e\u0930 is empty", "List <words> is empty"),
        ("List \U0001f389 is empty", "List <words> is empty"),
        ("No list \u2014 try again\u2026", "No list \u2014 try again\u2026"),
        ("List l-0a3f was not found", "List <id> was not found"),
        ("Record l-0001:3f is gone", "Record <id> is gone"),
        ("ada@example.com is no contact", "***@*** is no contact"),
        ('Unknown column "Shoe size"', "Unknown column <quoted>"),
        ("Unknown column 'Shoe size'", "Unknown column <quoted>"),
        ("Entry for categories : [Newsletter, Example]", "Entry for categories : <quoted>"),
        ("Unknown column 'Ada's size' of the list", "Unknown column <quoted> of the list"),
        ("Unknown column `Shoe size`", "Unknown column <quoted>"),
        ("Unknown column \u201cShoe size\u201d of \u201eLeads\u201c", "Unknown column <quoted> of <quoted>"),
        ("Unknown column \u2018Ada\u2019s size\u2019 of \u201aLeads\u2018", "Unknown column <quoted> of <quoted>"),
        ("Unknown column \xabShoe size\xbb of \u2039Leads\u203a", "Unknown column <quoted> of <quoted>"),
        ('Unknown column "Shoe si', "Unknown column <quoted>"),
        ("Unknown column 'Shoe si", "Unknown column <quoted>"),
        ("Entry for categories : [Newsletter, Exam", "Entry for categories : <quoted>"),
        ("Doesn't exist", "Doesn't exist"),
        ("3 of 1,200 rows", "<id> of <id> rows"),
        ("Retry after 2026-11-29 10:00", "Retry after <id>-<id>-<id> <id>:<id>"),
        ("", ""),
    ],
)
def test_ids_numbers_quotes_and_addresses_are_left_out(words: str, told: str) -> None:
    """The sentence stays, and what it says of the account goes."""
    assert masked_words(words) == told


def test_what_the_call_sent_is_left_out() -> None:
    """An answer that repeats the name of a list that was asked about does not tell it."""
    assert masked_words("No list Leads of Ada", ["Leads of Ada", "Leads"]) == "No list <sent>"


@pytest.mark.slow
@given(st.text(alphabet="ab @.'\"[]{}-:0123456789", max_size=100))
def test_no_digit_and_no_address_is_ever_told(words: str) -> None:
    """Whatever the words, no digit of an id is left."""
    told = masked_words(words)
    assert not any(letter.isdigit() for letter in told)
    assert len(told) <= LONGEST


@pytest.mark.slow
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_every_word_that_is_told_is_a_known_one(pieces: list[str]) -> None:
    """A word that an account has chosen is never told, quoted or not, whatever stands around it."""
    for text in (" ".join(pieces), "".join(pieces)):
        told = re.sub("<(?:words|quoted|id)>", " ", masked_words(text))
        assert set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", told.lower())) <= known_words()


@pytest.mark.parametrize(
    "piece", ["'a", '"a', "a'", "<words> ", "\u2018a\u2019", "\u201c", "`", "[", "{", "a-", "a@", "1,"]
)
def test_long_words_are_cut_first(piece: str) -> None:
    """A message of any length takes no more time than its beginning."""
    assert len(masked_words(piece * 200_000)) <= LONGEST
