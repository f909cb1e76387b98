"""Facts of a file of rejected rows: how it is laid out, without a cell of it but words of the server's."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from asyncsdk.probe.answer import Answer
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.fact import Fact, value_fact
from asyncsdk.probe.masked_words import masked_words

__all__ = ["rejects_facts"]

_LONGEST: Final = 64 * 1024
"""Bytes that are looked at; a probe has a few rows rejected."""

_ROUTE: Final = "lists.rejected_records"


def rejects_facts(
    name: str, answer: Answer, headings: Sequence[str], rows: Collection[Sequence[str]]
) -> Iterator[Fact]:
    """Facts of the file.

    Args:
        name: what was uploaded.
        answer: the answer that is the file.
        headings: the headings of the uploaded file.
        rows: the rows that should be in the file of rejects.
    """
    yield answer_fact(f"{name}: answer", answer)
    text = answer.response.body[:_LONGEST].decode("utf-8", "replace")
    yield Fact(f"{name}: line end", "CR LF" if "\r\n" in text else "LF" if "\n" in text else "none", route=_ROUTE)
    try:
        lines = [line for line in csv.reader(text.splitlines()) if line]
    except csv.Error:
        lines = []
    first = lines[0] if lines else []
    has_headings = any(heading in first for heading in headings)
    yield Fact(f"{name}: first line holds the headings", has_headings, route=_ROUTE)
    own = [_told(cell, headings) for cell in first] if has_headings else []
    yield Fact(f"{name}: headings", ", ".join(own) or "none", route=_ROUTE)
    data = lines[1:] if has_headings else lines
    yield Fact(f"{name}: number of rows", len(data), route=_ROUTE)
    whole = sum(any(_holds(line, row) for line in data) for row in rows)
    yield Fact(f"{name}: rows that are there as they were sent", whole, route=_ROUTE)
    sent = {cell for row in rows for cell in row}
    reasons = [cell for line in data for cell in line if cell and cell not in sent]
    yield value_fact(f"{name}: words that were not sent", reasons, route=_ROUTE, sent=sent)


def _told(cell: str, headings: Sequence[str]) -> str:
    return cell if cell in headings else masked_words(cell) or "(empty)"


def _holds(line: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a line holds the cells of a row side by side."""
    width = len(row)
    return any(list(line[start : start + width]) == list(row) for start in range(len(line) - width + 1))
