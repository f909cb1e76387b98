"""Bodies of any kind, on every route: the emulator refuses what it cannot read, and never answers 500."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncsdk import TABLE, Upload
from asyncsdk.emulator import Emulator, Settings
from asyncsdk.emulator.http.json_reader import DEEPEST, read_json
from tests.conformance.samples.call import Call
from tests.conformance.samples.calls import CALLS
from tests.emulator.driver import Answered, Raw

pytestmark = pytest.mark.slow

ODD_JSON = [
    b"[" * 3000 + b"]" * 3000,
    b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b"[" * 3000,
    b"9" * 5000,
    b"1e999",
    b"NaN",
    b'{"a": "\\ud800"}',
    b"\xff\xfe",
    b"",
]
REFUSED = {"httpCode": "400", "httpMessage": "Bad Request", "moreInformation": "Malformed JSON body"}

ODD_VALUES = [
    '"\\ud800"',
    "1e999",
    "-1",
    "9" * 23,
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"\\u0000"',
    "[[]]",
    "[{}]",
    "0.5",
]
"""What stands in a JSON body in the place of what is documented."""

ODD_TEXTS = ["", "-1", "9" * 400, "\x00", "[]", "[{}]", "[" * 2000, "\ufffe"]
"""What stands in a query, a form or a part in the place of what is documented."""


@pytest.fixture
async def raw() -> AsyncIterator[Raw]:
    """A plain client on an emulator without limits."""
    server = Emulator(Settings(calls_per_second=None, calls_per_day=None))
    async with server, aiohttp.ClientSession() as http:
        yield Raw(server, http)


async def sent(raw: Raw, call: Call, **options: Any) -> Answered:
    """The answer to a call; the list that calls speak of is there."""
    if "l-0001" not in raw.server.list_ids().values():
        raw.server.add_list(f"Leads {raw.server.calls.total}", ["Email"], list_id="l-0001")
    raw.bearer = raw.server.issue_token()["access_token"]
    return await raw.call(TABLE[call.name].method, call.path, **options)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to every value in a JSON value."""
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places(member, (*path, name))
    elif isinstance(value, list):
        for number, member in enumerate(value[:2]):
            yield from places(member, (*path, number))


def with_one(value: Any, path: tuple[Any, ...], text: str) -> bytes:
    """A JSON value as text, in which one value is replaced by some JSON."""
    copy = [json.loads(json.dumps(value))]
    inside: Any = copy
    key: Any = 0
    for step in path:
        inside, key = inside[key], step
    inside[key] = "@@@"
    return json.dumps(copy[0]).replace('"@@@"', text).encode()


def parts(fields: dict[str, Any], changed: str, content: bytes) -> aiohttp.MultipartWriter:
    """A multipart body, one part of which says something else."""
    body = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        if isinstance(value, Upload):
            with value.opened() as file:
                said = file.read()
        else:
            said = (value if isinstance(value, str) else json.dumps(value)).encode()
        part = body.append(content if name == changed else said)
        options = {"filename": value.name} if isinstance(value, Upload) else {}
        part.set_content_disposition("form-data", name=name, **options)
    return body


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    from asyncsdk.http.json import encode_json

    return json.loads(encode_json(value))


@pytest.mark.parametrize("body", ODD_JSON, ids=lambda body: repr(body[:12]))
async def test_json_that_cannot_be_read_is_refused_on_every_route(raw: Raw, body: bytes) -> None:
    """Too deep, too long, no number, half a character: the gateway's 400, whatever the route would do with it."""
    headers = {"Content-Type": "application/json"}
    for call in CALLS:
        answer = await sent(raw, call, data=body, headers=headers)
        if body:  # without one there is nothing to read
            assert answer.told == (400, REFUSED), call.name
        assert answer.status < 500, call.name


@pytest.mark.parametrize("call", [call for call in CALLS if call.json is not None], ids=lambda call: call.name)
async def test_odd_values_in_json_bodies(raw: Raw, call: Call) -> None:
    """Each value of a documented body in turn is something else: it is refused or taken, and nothing breaks."""
    body = plain(call.json)
    for path in places(body):
        for value in ODD_VALUES:
            text = with_one(body, path, value)
            answer = await sent(
                raw, call, params=list(call.query.items()), data=text, headers={"Content-Type": "application/json"}
            )
            assert answer.status < 500, text


def pairs(fields: dict[str, Any], changed: str, text: str) -> list[tuple[str, str]]:
    """Fields, one of which says something else."""
    return [
        (name, text if name == changed else member)
        for name, value in fields.items()
        for member in ([value] if isinstance(value, str) else value)
    ]


@pytest.mark.parametrize(
    "call", [call for call in CALLS if call.query or call.form or call.multipart], ids=lambda call: call.name
)
async def test_odd_texts_in_queries_forms_and_parts(raw: Raw, call: Call) -> None:
    """Each field in turn says something else: it is refused or taken, and nothing breaks."""
    for text in ODD_TEXTS:
        for name in call.query:
            answer = await sent(raw, call, params=pairs(call.query, name, text))
            assert answer.status < 500, (name, text)
        for name in call.form or ():
            answer = await sent(raw, call, params=list(call.query.items()), data=pairs(call.form or {}, name, text))
            assert answer.status < 500, (name, text)
        for name in call.multipart or ():
            answer = await sent(raw, call, data=parts(call.multipart or {}, name, text.encode()))
            assert answer.status < 500, (name, text)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("lists.create", "uploadspecs"),
        ("lists.create_empty", "uploadspecs"),
        ("lists.merge", "uploadspecs"),
        ("lists.merge", "mergespecs"),
    ],
)
async def test_odd_values_in_specs(raw: Raw, name: str, part: str) -> None:
    """JSON in parts of a form is read as carefully as JSON bodies are."""
    call = next(call for call in CALLS if call.name == name)
    assert call.multipart is not None
    specs = plain(call.multipart[part])
    for path in places(specs):
        for value in [*ODD_VALUES, "[" * 3000]:
            answer = await sent(raw, call, data=parts(call.multipart, part, with_one(specs, path, value)))
            assert answer.status < 500, (path, value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    call=st.sampled_from(CALLS),
    kind=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
    ),
    body=st.binary(max_size=200) | st.text(alphabet='[]{}",:\\u0d8x-\r\n', max_size=80).map(str.encode),
)
async def test_any_bytes(raw: Raw, call: Call, kind: str, body: bytes) -> None:
    """Whatever a body is called and whatever it holds."""
    answer = await sent(raw, call, data=body, headers={"Content-Type": kind})
    assert answer.status < 500


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_all_other_json_is_read_as_it_is(value: Any) -> None:
    """The strict reader gives what the standard library gives, and can tell it again."""
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(("depth", "read"), [(DEEPEST, True), (DEEPEST + 1, False)])
def test_brackets_in_texts_do_not_count_as_depth(depth: int, read: bool) -> None:
    """Only arrays and objects are counted, to the bound and no deeper."""
    text = "[" * (depth - 1) + '{"\\"[[[[":"' + "[" * 500 + '"}' + "]" * (depth - 1)
    if read:
        assert read_json(text) is not None
    else:
        with pytest.raises(ValueError, match="nested too deep"):
            read_json(text)


async def test_a_cell_may_be_of_any_length(raw: Raw) -> None:
    """A file with a cell above Python's own bound of 128 KiB is merged like any other, cell by cell."""
    leads = raw.server.add_list("Leads", ["Email", "First Name"])
    note = "x" * 300_000
    submitted = await raw.merge(leads, f"Email,First Name\nada@example.com,{note}\n")
    assert (await raw.done(submitted))["appendCount"] == 1
    assert raw.server.rows(leads) == [["ada@example.com", note]]


def test_json_that_does_not_end_takes_no_long_time() -> None:
    """A text of a megabyte, all quotes and none the last, is refused in linear time."""
    begun = time.process_time()
    with pytest.raises(ValueError, match="Unterminated"):
        read_json('{"' + '\\"' * 500_000)
    assert time.process_time() - begun < 5
