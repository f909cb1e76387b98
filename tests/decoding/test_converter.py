"""Answers become models although types are mixed; what is no such answer is a DecodeError that says where."""

from __future__ import annotations

import importlib
import json
import sys
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from types import MappingProxyType, ModuleType
from typing import Any

import attrs
import pytest

from asyncsdk import (
    AccountInfo,
    Asset,
    Contact,
    ContactFacts,
    CreatedList,
    DecodeError,
    DeletedRecords,
    DeletionFailure,
    InvalidArgument,
    ListPage,
    NewUser,
    Outcome,
    Page,
    Response,
    Saved,
    Suppression,
    UploadReport,
    UserOutcome,
    models,
)
from asyncsdk.decoding import results as the_answers
from asyncsdk.http import json as json_text


@pytest.fixture(params=["orjson", "json"])
def answers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The codec as it is with and without the ``speed`` extra."""
    if request.param == "orjson":
        pytest.importorskip("orjson")
        yield the_answers
        return
    monkeypatch.setitem(sys.modules, "orjson", None)  # which is how Python notes that there is none
    importlib.reload(json_text)
    monkeypatch.undo()
    assert json_text._LOADS.__module__ == "asyncsdk.http.json"
    yield the_answers
    importlib.reload(json_text)


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    """An answer with this JSON, or with these bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, {"x-request-id": "r-1", "content-type": "application/json", **headers}, content)


@pytest.mark.parametrize(
    ("result", "body", "value"),
    [
        (AccountInfo, {"account_id": 12345}, AccountInfo(12345)),
        (AccountInfo, {"account_id": " 12345 ", "isAdmin": "Y"}, AccountInfo(12345, is_admin=True)),
        (AccountInfo, {"account_id": 12345.0, "isAdmin": False}, AccountInfo(12345, is_admin=False)),
        (AccountInfo, {"account_id": 1, "isAdmin": "n", "cname": None}, AccountInfo(1, is_admin=False)),
        (AccountInfo, {"account_id": 1, "isAdmin": "TRUE", "new_key": {}}, AccountInfo(1, is_admin=True)),
        (AccountInfo, {"account_id": 1, "isAdmin": 0}, AccountInfo(1, is_admin=False)),
        (Outcome, {"status": "success", "message": 7, "id": 12}, Outcome("success", "7", "12")),
        (Outcome, {}, Outcome()),
        (Outcome, {"status": None, "message": None}, Outcome()),
        (UploadReport, {"listId": "l-1", "appendCount": "3", "updateCount": None}, UploadReport("l-1", 3)),
        (CreatedList, {"listId": "l-1", "status": "success"}, CreatedList("l-1", "success")),
        (Saved, {"id": "l-1:0", "contact_id": "l-1:9"}, Saved("l-1:0")),
        (Saved, {"id": None, "contact_id": "l-1:9"}, Saved("l-1:9")),
        (Saved, {"id": "l-1:0", "contact": {"a": 1}}, Saved("l-1:0", rest={"contact": {"a": 1}})),
        (Contact, {"contactID": "l-1:0", "Email": "a", "X": None}, Contact("l-1:0", {"Email": "a", "X": None})),
        (list[UserOutcome], [], []),
        (
            list[UserOutcome],
            [
                {
                    "email": "a",
                    "status": "error",
                    "errorCode": "PUBLIC_X",
                    "errorCodeId": "10148",
                    "errorMessage": "No",
                }
            ],
            [UserOutcome("a", "error", 10148, "PUBLIC_X", "No")],
        ),
        (
            DeletedRecords,
            {"success_count": "1", "fail_count": 1, "failedList": [{"id": "l-1:0", "reason": "x"}]},
            DeletedRecords(1, 1, (DeletionFailure("l-1:0", "x"),)),
        ),
        (tuple[str, ...], ["l-1:0", 7, 1.5], ("l-1:0", "7", "1.5")),
        (
            Page[Asset],
            {"result": [{"id": "l-1", "name": "N", "sourceSize": "9"}], "offset": "0", "count": 1, "totalCount": 1},
            Page((Asset("l-1", "N", size=9),), 0, 1, 1),
        ),
        (Any, {"whatever": [1, "x", None]}, {"whatever": [1, "x", None]}),
        (ContactFacts, {}, ContactFacts()),
    ],
)
def test_mixed_types_are_read(answers: ModuleType, result: Any, body: Any, value: Any) -> None:
    """Numbers as text, flags as Y and N, nulls and unknown keys all come from the real platform, and are read."""
    assert answers.decode_result(result, answer(body)) == value


PLAIN: dict[Any, Any] = {int: 7, float: 1.5, bool: True}


def plain_answer(model: Any) -> dict[str, Any] | None:
    """An object that tells each field of a model, if JSON has all their types; a text is its field's name."""
    fields = [field for field in attrs.fields(attrs.resolve_types(model)) if "rest" not in field.metadata]
    if any(field.type not in {str, *PLAIN} for field in fields):
        return None
    return {field.metadata.get("wire", (field.name,))[0]: PLAIN.get(field.type, field.name) for field in fields}


PLAIN_MODELS = [
    model
    for model in vars(models).values()
    if isinstance(model, type) and attrs.has(model) and not hasattr(model, "__parameters__") and plain_answer(model)
]


@pytest.mark.parametrize("model", PLAIN_MODELS)
def test_an_object_that_tells_exactly_its_fields_reads_as_any_other(model: type[Any]) -> None:
    """Each value gets into its own field, whether an answer tells exactly the fields of a model or one key more."""
    told = plain_answer(model) or {}
    more = the_answers.decode_value(model, answer({}), {**told, "one key more": 1})
    rest: dict[str, Any] = {field.name: {} for field in attrs.fields(model) if "rest" in field.metadata}
    assert the_answers.decode_value(model, answer({}), told) == attrs.evolve(more, **rest)


@pytest.mark.parametrize("told", [1724800487518, "1724800487518", 1724800487, "1724800487"])
def test_times_come_in_milliseconds_or_seconds(answers: ModuleType, told: Any) -> None:
    """A time is read to the second whichever way it is written, as number or text, and knows its zone."""
    read = answers.decode_result(Suppression, answer({"email": "a", "timestamp": told}))
    assert read.timestamp.replace(microsecond=0) == datetime(2024, 8, 27, 23, 14, 47, tzinfo=UTC)


def test_rows_of_cells_come_as_they_are(answers: ModuleType) -> None:
    """The records of a page keep their cells, nulls included, and join with the headings."""
    body = {
        "listId": "l-1",
        "totalCount": 1,
        "headers": ["_contact_id_", "Email", "Note"],
        "data": [["l-1:0", "a@x", None]],
    }
    page = answers.decode_result(ListPage, answer(body))
    assert page.rows == (("l-1:0", "a@x", None),)
    assert page.contacts() == [Contact("l-1:0", {"Email": "a@x", "Note": None})]
    assert "a@x" not in repr(page.contacts())


def test_the_content_type_does_not_matter(answers: ModuleType) -> None:
    """JSON is read as JSON, although the platform labels it as text or HTML now and then."""
    response = Response(200, {"content-type": "text/html"}, b'\n {"status": "success"}')
    assert answers.decode_result(Outcome, response) == Outcome("success")


@pytest.mark.parametrize("result", [Outcome, Any])
def test_an_empty_answer_is_success_where_nothing_is_told(answers: ModuleType, result: Any) -> None:
    """A delete that answers 204 or nothing at all has succeeded."""
    assert answers.decode_result(result, answer(b"")) == (Outcome() if result is Outcome else None)
    assert answers.decode_result(result, answer(b" \n")) == (Outcome() if result is Outcome else None)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty body"),
        (b"  \r\n", "an empty body"),
        (b"<html><title>502 Bad Gateway</title>ada@example.com</html>", "an HTML page"),
        (b"\n<!DOCTYPE html>", "an HTML page"),
        (b'{"account_id": 1', "broken JSON"),
        (b"\xff\xfe", "broken JSON"),
        (b"OK", "broken JSON"),
    ],
)
def test_what_is_no_json_is_named(answers: ModuleType, body: bytes, words: str) -> None:
    """The error says what came instead, with status and request id, and shows nothing of the body."""
    with pytest.raises(DecodeError, match=words) as odd:
        answers.decode_result(AccountInfo, answer(body, 502))
    assert (odd.value.status, odd.value.request_id) == (502, "r-1")
    assert "502" in str(odd.value)
    assert "r-1" in str(odd.value)
    assert "ada" not in str(odd.value)


@pytest.mark.parametrize(
    ("result", "body", "path"),
    [
        (AccountInfo, {}, "$"),
        (AccountInfo, [], "$"),
        (AccountInfo, None, "$"),
        (AccountInfo, {"account_id": "many"}, "account_id"),
        (AccountInfo, {"account_id": True}, "account_id"),
        (AccountInfo, {"account_id": 1, "isAdmin": "perhaps"}, "is_admin"),
        (AccountInfo, {"account_id": 1, "cname": {}}, "cname"),
        (Suppression, {"timestamp": "yesterday"}, "timestamp"),
        (Suppression, {"timestamp": 10**30}, "timestamp"),
        (list[UserOutcome], {"email": "a"}, "$"),
        (list[UserOutcome], [{}, {"errorCodeId": "x"}], "[1]"),
        (tuple[str, ...], {"message": "x"}, "$"),
        (tuple[str, ...], "error", "$"),
        (tuple[str, ...], ["a", None], "[1]"),
        (ListPage, {"headers": "abc"}, "headers"),
        (ListPage, {"data": {"a": "b"}}, "rows"),
        (ListPage, {"data": ["abc"]}, "rows"),
        (Page[Asset], {"result": [{"id": "l-1"}, {"sourceSize": "big"}]}, "[1].size"),
        (Page[Asset], {"result": {"id": "l-1"}}, "items"),
    ],
)
def test_another_shape_is_told_with_its_place(answers: ModuleType, result: Any, body: Any, path: str) -> None:
    """A text or an object in the place of an array, a word for a number: the error names the place."""
    with pytest.raises(DecodeError) as odd:
        answers.decode_result(result, answer(body))
    assert any(path in problem for problem in odd.value.problems)
    assert all(problem in str(odd.value) for problem in odd.value.problems)
    assert (odd.value.status, odd.value.request_id) == (200, "r-1")


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1, "b": ["c", None, True, 1.5, "ü 😀 \u2028"]},
        [],
        "x",
        0,
        MappingProxyType({"a": "b"}),
        OrderedDict(a=("x", "y")),
        (1, 2),
        {"deep": [MappingProxyType({"a": ()})]},
    ],
)
def test_json_values_are_written_as_they_are(answers: ModuleType, value: Any) -> None:
    """Any mapping and sequence is written as JSON, and reads back equal."""
    plain = json.loads(json.dumps(value, default=lambda other: dict(other)))
    assert json.loads(json_text.encode_json(value)) == plain


def test_models_are_written_under_their_wire_names(answers: ModuleType) -> None:
    """A new user travels with camelCase keys, Y and N, further keys merged in, and without what is not given."""
    ada = NewUser(
        "Sales", "ada@example.com", "Ada", "L", "hunter2", confirm=True, privileges={"salesPrivileges": ["a"]}
    )
    assert json.loads(json_text.encode_json([ada])) == [
        {
            "userType": "Sales",
            "email": "ada@example.com",
            "firstName": "Ada",
            "lastName": "L",
            "password": "hunter2",
            "sendEmailConfirmation": "Y",
            "salesPrivileges": ["a"],
        }
    ]
    assert "hunter2" not in repr(ada)
    assert "ada@" not in repr(ada)


@pytest.mark.parametrize(
    "value",
    [
        {"a": object()},
        {1, 2},
        {"a": b"x"},
        {"a": float("nan")},
        {"a": datetime(2026, 1, 1, tzinfo=UTC)},
        "half \ud83d",
    ],
)
def test_what_json_cannot_say_is_refused(answers: ModuleType, value: Any) -> None:
    """The error comes before anything is sent, and names the trouble."""
    with pytest.raises(InvalidArgument, match="cannot be written as JSON"):
        json_text.encode_json(value)
