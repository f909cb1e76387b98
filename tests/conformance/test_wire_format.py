"""Wire format of every route, with values for every parameter, over real sockets: what the documentation says.

What is expected is data, written by hand from the documentation (``tests/conformance/samples``); nothing of it
comes from the table or from the code that builds requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from asyncsdk import Upload
from tests.conformance.published import ROUTES
from tests.conformance.samples.call import Call
from tests.conformance.samples.calls import CALLS
from tests.support.forwarder import Forwarder
from tests.support.recorder import Heard, running

IN_JSON = {"uploadspecs", "mergespecs"}
"""Fields whose text is JSON."""

UNKNOWN_PATH = 404
WRONG_BODY = 415


@pytest.fixture(scope="module")
def between() -> Iterator[Forwarder]:
    """One emulator for the whole module."""
    with running(Forwarder) as forwarder:
        yield forwarder


def plain(value: Any) -> Any:
    """A value as JSON has it; models under their wire names."""
    from asyncsdk.http.json import encode_json

    return json.loads(encode_json(value))


def pairs(fields: dict[str, Any]) -> list[tuple[str, str]]:
    """Fields as they travel: one pair for each member of a sequence."""
    return [
        (name, member)
        for name, value in fields.items()
        for member in ([value] if isinstance(value, str) else value)
    ]


def content_of(upload: Upload) -> tuple[str, bytes]:
    """The name and the bytes of a file."""
    with upload.opened() as file:
        return upload.name, file.read()


def check_body(call: Call, heard: Heard) -> None:
    """The body is of the documented kind and says what the documentation says."""
    if call.json is not None:
        assert heard.json == plain(call.json)
    elif call.multipart is not None:
        assert heard.content_type.startswith("multipart/form-data; boundary=")
        assert set(heard.parts) == set(call.multipart)
        for name, (file_name, content) in heard.parts.items():
            expected = call.multipart[name]
            if isinstance(expected, Upload):
                assert (file_name, content) == content_of(expected)
            elif name in IN_JSON:
                assert (file_name, json.loads(content)) == (None, expected)
            else:
                assert (file_name, content.decode()) == (None, expected)
    elif call.form is not None:
        assert sorted(heard.form) == sorted(pairs(call.form))
    else:
        assert (heard.body, heard.content_type) == (b"", "")


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_what_travels_is_what_is_documented(between: Forwarder, call: Call) -> None:
    """Method, path, query, headers and body are the documented ones, and the emulator finds the route by them."""
    between.emulator.calls.clear()
    heard = between.hears(lambda acton: call.make(getattr(acton, call.name.partition(".")[0])))
    arrived = between.emulator.calls[-1]
    assert heard.method == ROUTES[call.name].method
    assert heard.path == call.path
    assert sorted(heard.query) == sorted(pairs(call.query))
    check_body(call, heard)
    assert heard.headers["authorization"].startswith("Bearer ")
    assert "transfer-encoding" not in heard.headers
    assert heard.headers.get("content-length", "0") == str(len(heard.body))
    assert arrived.route == call.name
    assert arrived.status != WRONG_BODY


def test_every_route_is_driven() -> None:
    """No route is left out."""
    assert {call.name for call in CALLS} == set(ROUTES)
