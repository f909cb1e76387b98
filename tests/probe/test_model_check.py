"""Model check: what the result type of a route says of an answer, also of a very long one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asyncsdk.api import Lists
from asyncsdk.http.messages import Response
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.key_names import PLAIN_KEYS
from asyncsdk.probe.model_check import LONG, check_model
from asyncsdk.probe.shape import MOST_MEMBERS
from asyncsdk.routing.route import route_of


def page(size: int, wrong: int) -> Answer:
    """A page of so many lists, one of which was modified at no time."""
    lists: list[dict[str, Any]] = [{"id": f"l-{number:04x}", "name": "n" * 600} for number in range(size)]
    lists[wrong]["tsLastModified"] = "soon"
    body = json.dumps({"result": lists, "count": size, "totalCount": size}).encode()
    return Answer(route_of(Lists.all), Response(200, {"Content-Type": "application/json"}, body))


@pytest.mark.parametrize("size", [3, 2 * MOST_MEMBERS])
def test_a_wrong_value_is_found(size: int) -> None:
    """Wherever it stands in a short answer, and at the beginning of a long one."""
    answer = page(size, wrong=2)
    assert (len(answer.response.body) > LONG) == (size > 3)
    (problem,) = check_model(answer, PLAIN_KEYS).problems
    assert problem.endswith("[].modified")


def test_of_a_long_answer_the_beginning_is_read() -> None:
    """As many members as its shape is told by, so that an answer of any size takes about the same time."""
    assert check_model(page(2 * MOST_MEMBERS, wrong=MOST_MEMBERS), PLAIN_KEYS).problems == ()
