"""Any text in any place arrives unchanged: what a server of another make reads is what the caller wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asyncsdk import Column, Request, Upload
from tests.support.recorder import Recorder, running

TRICKY = "+ % %41 %zz & ; = \" ' : / ? # \\ @ , \r\n \t \x00 \x7f ü 😀 \u2028 {list_id} ../.. <b>"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.text(
    "+%&;=\"':/?#\\@ \r\n\tü", max_size=20
)
SEGMENT = TEXT.filter(lambda text: text not in {"", ".", ".."})

often = settings(max_examples=60)


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    """One server and session for all examples."""
    with running(Recorder) as recorder:
        yield recorder


@pytest.mark.slow
@often
@given(SEGMENT, SEGMENT)
@example(TRICKY, "a/b")
@example("...", " ")
def test_path_values_arrive(server: Recorder, list_id: str, record_id: str) -> None:
    """A path parameter stays one segment, and the server reads it as it was."""
    heard = server.hears(lambda acton: acton.contacts.delete(list_id, record_id))
    assert heard.segments == ["api", "1", "list", list_id, "record", record_id]
    assert (heard.method, heard.query, heard.body) == ("DELETE", [], b"")


@pytest.mark.slow
@often
@given(TEXT, TEXT)
@example(TRICKY, "")
def test_query_values_arrive(server: Recorder, email: str, cookie: str) -> None:
    """A query parameter ends neither itself nor its neighbour; an empty one arrives as empty."""
    heard = server.hears(lambda acton: acton.contacts.find("l-0001", email=email, cookie_id=cookie))
    assert heard.query == [("email", email), ("cookieid", cookie)]


@pytest.mark.slow
@often
@given(TEXT, st.lists(TEXT, max_size=4))
@example(TRICKY, [TRICKY, "", TRICKY])
def test_form_values_arrive(server: Recorder, email: str, categories: list[str]) -> None:
    """Form fields arrive, repeated ones in their order."""
    heard = server.hears(lambda acton: acton.subscriptions.set_all(email=email, categories=categories))
    assert heard.form == [("email", email), *(("category", category) for category in categories)]


@pytest.mark.slow
@often
@given(st.dictionaries(TEXT, TEXT, max_size=4), TEXT)
@example({TRICKY: TRICKY, "": ""}, TRICKY)
def test_json_values_arrive(server: Recorder, data: dict[str, str], email: str) -> None:
    """The JSON body is what was given, and the query beside it, too."""
    heard = server.hears(lambda acton: acton.contacts.upsert("l-0001", email=email, data=data))
    assert (heard.json, heard.query) == (data, [("email", email)])


@pytest.mark.slow
@often
@given(TEXT, TEXT, st.binary(max_size=200))
@example(TRICKY, TRICKY, b"\r\n--\r\n\x00\xff")
def test_multipart_fields_and_files_arrive(server: Recorder, name: str, heading: str, content: bytes) -> None:
    """Fields, the JSON in them, and every byte of the file arrive; the file's length is told."""
    columns = [Column("Email", "EMAIL"), Column(heading)]
    heard = server.hears(lambda acton: acton.lists.create(name, file=content, columns=columns))
    assert heard.content_type.startswith("multipart/form-data; boundary=")
    assert heard.parts["listname"] == (None, name.encode())
    assert json.loads(heard.parts["uploadspecs"][1])[1]["columnHeading"] == heading
    assert heard.parts["file"] == ("upload.csv", content)
    assert heard.parts["headings"] == (None, b"Y")


@pytest.mark.slow
@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
@example("März & Co; 100% \"best\" 'n' all.csv")
def test_file_names_arrive(server: Recorder, name: str) -> None:
    """A file's name cannot break out of its header: it travels percent-encoded, as RFC 7578 has it."""
    request = Request("POST", "/api/1/x", multipart={"file": Upload(b"x", name)})
    heard = server.hears(lambda acton: acton.send(request))
    assert list(heard.parts) == ["file"]
    assert heard.parts["file"][1] == b"x"
    assert unquote(heard.parts["file"][0] or "") == name


@pytest.mark.slow
@often
@given(st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=3), max_size=4))
@example({TRICKY: [TRICKY, ""], "": TRICKY})
def test_the_escape_hatch_encodes_alike(server: Recorder, fields: dict[str, Any]) -> None:
    """``send`` takes any names and values in query and form, and they arrive in their order."""
    flat = [(name, value) for name, told in fields.items() for value in ([told] if isinstance(told, str) else told)]
    heard = server.hears(lambda acton: acton.send(Request("POST", "/api/1/x", query=fields, form=fields)))
    assert heard.query == flat
    assert heard.form == flat
