"""Arguments of custom-data calls: what is refused before anything is sent, and what may be repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asyncsdk import Effect, InvalidArgument, Request, client
from asyncsdk.http.json import encode_json
from asyncsdk.models import IngestReport, JoinStrategy
from tests.conformance.samples.custom_data import ORDER, ORDER_SENT, QUERY_SENT
from tests.support.recording_caller import compiled


def custom(name: str, *args: Any, **kwargs: Any) -> Request:
    """What a route of ``custom_data`` makes of these arguments."""
    return compiled(f"custom_data.{name}", *args, account_id="12345", **kwargs)


def ingest_rows(mode: Any, **kwargs: Any) -> Request:
    """A JSON ingest."""
    return custom("ingest_rows", "o-1", "d-1", rows=[], mode=mode, abort_on_invalid_row=True, **kwargs)


def ingest_file(**kwargs: Any) -> Request:
    """An ingest of a file."""
    return custom("ingest_file", "o-1", "d-1", file=b"a\n1\n", **kwargs)


def test_models_travel_under_their_documented_names() -> None:
    """Every field of a schema has its wire name, and what is not given is left out."""
    assert json.loads(encode_json(ORDER)) == ORDER_SENT


def test_flags_of_a_join_are_json_booleans() -> None:
    """They are true and false, not words, and a join says only what it is told to say."""
    sent = json.loads(encode_json(QUERY_SENT))["joinStrategy"]
    assert sent == {
        "useDefaults": False,
        "joinEnabled": True,
        "onlyMatching": False,
        "duplicates": "noOtherJoinFieldsDuplicates",
        "otherOrderByField": "updatedDate",
        "otherSelector": "first",
        "baseOrderByField": "sys.createdAt",
        "baseSelector": "last",
    }
    assert json.loads(encode_json(JoinStrategy(use_defaults=True))) == {"useDefaults": True}


def test_reports_do_not_show_addresses() -> None:
    """A report that is printed does not tell whose rows it is about."""
    assert "ada@example.com" not in repr(IngestReport({"by": "ada@example.com"}))


@pytest.mark.parametrize("word", [False, None, 1, "yes"])
def test_whatever_deletes_everything_must_be_meant(word: Any) -> None:
    """Without the very word nothing is replaced or deleted as a whole."""
    with pytest.raises(InvalidArgument, match="replace_everything=True"):
        ingest_rows("REPLACE", replace_everything=word)
    with pytest.raises(InvalidArgument, match="replace_everything=True"):
        ingest_file(mode="REPLACE", replace_everything=word, delete_everything=True)
    with pytest.raises(InvalidArgument, match="delete_everything=True"):
        ingest_file(mode="DELETE_DATASET", delete_everything=word, replace_everything=True)
    with pytest.raises(InvalidArgument, match="delete_everything=True"):
        custom("delete_schema", "o-1", hard=True, delete_everything=word)
    for hard in (None, False, True):
        with pytest.raises(InvalidArgument, match="delete_everything=True"):
            custom("delete_schemas", hard=hard, delete_everything=word)


@pytest.mark.parametrize("mode", ["upsert", "APPEND", None, "", ["UPSERT"]])
def test_an_unknown_mode_is_refused(mode: Any) -> None:
    """A misspelt mode is refused by name instead of sent for the server to guess."""
    with pytest.raises(InvalidArgument, match="mode must be one of UPSERT, REPLACE, DELETE;"):
        ingest_rows(mode)
    with pytest.raises(InvalidArgument, match="mode must be one of UPSERT, REPLACE, DELETE, DELETE_DATASET;"):
        ingest_file(mode=mode)


def test_rows_cannot_delete_a_dataset() -> None:
    """That mode is documented for files only."""
    with pytest.raises(InvalidArgument, match="mode must be one of"):
        ingest_rows("DELETE_DATASET")


@pytest.mark.parametrize("mode", ["UPSERT", "REPLACE", "DELETE"])
def test_an_ingest_is_as_repeatable_as_its_mode(mode: str) -> None:
    """Rows that are put, replaced or deleted twice are as good as once; whatever else may be is not repeated."""
    assert ingest_rows(mode, replace_everything=True).effect is Effect.IDEMPOTENT
    assert ingest_file(mode=mode, replace_everything=True).effect is Effect.IDEMPOTENT
    assert ingest_file().effect is Effect.IDEMPOTENT
    assert ingest_file(mode="DELETE_DATASET", delete_everything=True).effect is Effect.UNSAFE


def test_a_dry_run_changes_nothing() -> None:
    """Creating a schema is not repeated; only looking whether it could be created is."""
    effects = [custom("create_schema", schema={}, dry_run=dry).effect for dry in (None, False, True)]
    assert effects == [Effect.UNSAFE, Effect.UNSAFE, Effect.READ]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("schema", ("all",)),
        ("delete_schema", ("all",)),
        ("datasets_of", ("status",)),
        ("datasets_of", ("report",)),
        ("dataset", ("o-1", "all")),
        ("dataset", ("status", "159")),
        ("dataset", ("report", "159")),
        ("update_dataset", ("o-1", "validate")),
    ],
)
def test_words_of_the_api_are_no_ids(name: str, args: tuple[str, ...]) -> None:
    """An id or name that would make the call another one, such as deleting all schemas, is refused."""
    with pytest.raises(InvalidArgument, match="belongs to the API"):
        custom(name, *args)


@pytest.mark.parametrize("fields", [[], "size", [""], [7], None, {"size": 1}])
def test_fields_to_delete_are_named(fields: Any) -> None:
    """No name, and what is no name, is refused."""
    with pytest.raises(InvalidArgument, match="fields"):
        custom("delete_fields", "o-1", fields=fields)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ids": []},
        {"ids": "1,2"},
        {"ids": ["1,2"]},
        {"ids": [1]},
        {"first_id": "1"},
        {"last_id": "1"},
        {"first_id": "", "last_id": "2"},
        {"ids": ["1"], "first_id": "1", "last_id": "2"},
    ],
)
def test_rows_to_delete_are_named_in_one_way(given: dict[str, Any]) -> None:
    """Either ids or both ends of a range: half a range, both ways or nothing is refused."""
    with pytest.raises(InvalidArgument, match=r"ids|range"):
        custom("delete_rows", "o-1", "d-1", **given)


@pytest.mark.parametrize("name", ["query", "query_internal"])
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"select_fields": ["co.a"] * 2001}, "select_fields has 2001 members; the API takes at most 2000"),
        ({"sort_fields": [{"field": "co.a"}] * 11}, "sort_fields has 11 members; the API takes at most 10"),
        ({"select_fields": "co.*"}, "select_fields must be a sequence"),
        ({"sort_fields": {"field": "co.a"}}, "sort_fields must be a sequence"),
        ({"page": 1, "page_strategy": "CURSOR"}, "no page numbers"),
        ({"next_page_token": "t"}, "CURSOR"),
        ({"next_page_token": "t", "page_strategy": "OFFSET"}, "CURSOR"),
        ({"page_strategy": "cursor"}, "page_strategy must be one of"),
        ({"page": -1}, "page must not be negative"),
        ({"page_size": True}, "page_size must be a whole number"),
    ],
)
def test_a_query_says_what_the_api_takes(name: str, given: dict[str, Any], why: str) -> None:
    """Documented maxima and the two ways of paging are looked at before a call is spent."""
    with pytest.raises(InvalidArgument, match=why):
        custom(name, "o-1", "d-1", **given)


def test_a_query_takes_as_much_as_documented() -> None:
    """2,000 fields to give and 10 to sort by are sent."""
    request = custom("query", "o-1", "d-1", select_fields=["co.a"] * 2000, sort_fields=[{"field": "co.a"}] * 10)
    assert (len(request.json["selectFields"]), len(request.json["sortFields"])) == (2000, 10)


def test_an_ingest_is_resumed_by_its_id() -> None:
    """``custom_data.job`` is a plain function; another account's number goes along."""

    class Watcher:
        """Gives back what was asked for."""

        def job(self, *asked: Any) -> Any:
            return asked

    its: Any = Watcher()
    assert client.CustomData(its).job("159") == (IngestReport, "159", None)
    assert client.CustomData(its).job("159", account_id="7") == (IngestReport, "159", "7")
