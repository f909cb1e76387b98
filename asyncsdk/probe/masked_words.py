"""Masked words: a server's own words, such as the message of a refusal, without what they say of the account.

Only words of a fixed list are kept. Any other may be the name of a list, a column or a person, quoted or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from asyncsdk.probe.known_words import known_words
from asyncsdk.redaction import message_text

__all__ = ["masked_words"]

LONGEST: Final = 200
"""Characters that are kept."""

_QUOTED: Final = re.compile(
    r"""
    "[^"]*(?:"|$)
    | (?<!\w)'(?:[^']|'(?=\w))*(?:'|$)  # an apostrophe within it does not end it
    | `[^`]*(?:`|$)
    | [\u201c\u201d\u201e][^\u201c\u201d]*(?:[\u201c\u201d]|$)
    | [\u2018\u201a](?:[^\u2018\u2019]|\u2019(?=\w))*(?:[\u2018\u2019]|$)
    | \xab[^\xbb]*(?:\xbb|$) | \u2039[^\u203a]*(?:\u203a|$)
    | \[[^\]]*(?:\]|$) | \{[^}]*(?:\}|$)
    """,
    re.VERBOSE,
)
"""Quoted text, also such as is not ended: a message may be cut."""

_ID: Final = re.compile(r"\b[a-z]-[\w-]*\d[\w-]*(?::[0-9a-f]+)?|\b[0-9a-f]{8,}\b|\d[\d,.]*\d|\d", re.IGNORECASE)

_LETTER: Final = r"(?:[^\W\d_]|[^\x00-\x7f\s\u2010-\u2027])"
"""A letter, or what may belong to one or be a name by itself: an accent, a vowel sign, a picture."""

_WORDS: Final = re.compile(rf"<(?:sent|id|quoted)>|{_LETTER}+(?:['\u2019]{_LETTER}+)*")
"""A word, or what stands for something already."""

_SEVERAL: Final = re.compile(r"<words>(?:\s+<words>)+")


def masked_words(words: str, sent: Iterable[str] = ()) -> str:
    """The known words, without addresses, ids, numbers, quoted text, and what the call itself had sent.

    Args:
        words: the server's.
        sent: the values that were sent.
    """
    text = words[: 10 * LONGEST]
    for value in sorted(filter(None, sent), key=len, reverse=True):
        text = re.sub(re.escape(value), "<sent>", text, flags=re.IGNORECASE)
    text = _ID.sub("<id>", _QUOTED.sub("<quoted>", message_text(text)))
    text = _SEVERAL.sub("<words>", _WORDS.sub(_known, text))
    return " ".join(text.split())[:LONGEST]


def _known(found: re.Match[str]) -> str:
    word = found[0]
    is_known = word.startswith("<") or word.replace("\u2019", "'").casefold() in known_words()
    return word if is_known else "<words>"
