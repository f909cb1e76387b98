"""Facts of an answer: its shape, and how the result type of its route reads it."""

from __future__ import annotations

import re
from typing import Final

from asyncsdk.http.error_shapes import ParsedError
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.fact import AnswerShape, Fact
from asyncsdk.probe.key_names import PLAIN_KEYS, KeyNames
from asyncsdk.probe.masked_words import masked_words
from asyncsdk.probe.model_check import ModelFinding, check_model
from asyncsdk.probe.shape import JsonShape, shape_of
from asyncsdk.probe.text_kinds import kind_of_text

__all__ = ["answer_fact", "words_of_refusal"]

_NAME: Final = re.compile("[A-Za-z]+(?:_[A-Za-z]+)*", re.ASCII)
"""A code such as ``invalid_grant`` or ``NOT_FOUND``."""


def answer_fact(name: str, answer: Answer, key_names: KeyNames = PLAIN_KEYS) -> Fact:
    """The shape of an answer, without a text of it.

    Args:
        name: what was asked, such as ``lists.all: answer``.
        answer: the answer; of a refusal, its code and its masked words are told.
        key_names: which keys are told; give some where customers choose the keys.
    """
    finding = ModelFinding() if answer.refused else check_model(answer, key_names)
    shape = AnswerShape(
        answer.status,
        content_type(answer),
        body_shape(answer, key_names),
        words_of_refusal(answer),
        finding.problems,
        finding.unknown_keys,
    )
    return Fact(name, shape, route=answer.route.name)


def content_type(answer: Answer) -> str:
    """The content type, without its parameters."""
    return masked_words(answer.header("Content-Type").partition(";")[0].strip().lower())


def body_shape(answer: Answer, key_names: KeyNames) -> JsonShape:
    """The shape of a body; of one that is no JSON, the kind of its text."""
    if answer.json is not None:
        return shape_of(answer.json, key_names)
    body = answer.response.body.strip()
    if body == b"null":
        return shape_of(None)
    return JsonShape(frozenset((kind_of_text(body[:1000].decode("utf-8", "replace")),)))


def words_of_refusal(answer: Answer) -> str | None:
    """The code and the masked message of a refusal: ``10004: Invalid or missing list``; None of a success."""
    if not answer.refused:
        return None
    error = answer.error or ParsedError("")
    code = "without a code" if error.code is None else code_words(error.code)
    return f"{code}: {masked_words(error.message, answer.sent)}"


def code_words(code: int | str) -> str:
    """A code as it may be told: a number, or the known words of a name; of another, such as an id, its kind."""
    if isinstance(code, int):
        return str(code)
    return masked_words(code) if _NAME.fullmatch(code) else f"<{kind_of_text(code)}>"
