"""A request is a value that can be sent any number of times, and refuses what cannot be sent at all."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from asyncsdk import TABLE, Effect, InvalidArgument, Request, Response, Session, Upload


def test_a_request_needs_only_a_method_and_a_path() -> None:
    """The rest has defaults; the method may be written in small letters."""
    request = Request("get", "/api/1/account")
    assert (request.method, request.query, request.form, request.json, request.multipart) == (
        "GET",
        {},
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("method", "effect"),
    [
        ("GET", Effect.READ),
        ("get", Effect.READ),
        ("POST", Effect.UNSAFE),
        ("PUT", Effect.UNSAFE),
        ("DELETE", Effect.UNSAFE),
    ],
)
def test_only_a_get_may_be_repeated_unless_said_otherwise(method: str, effect: Effect) -> None:
    """A call that the table lacks counts as unsafe to repeat, unless it reads or its caller knows better."""
    assert Request(method, "/x").effect is effect
    assert Request(method, "/x", effect=Effect.IDEMPOTENT).effect is Effect.IDEMPOTENT


@pytest.mark.parametrize(
    "bodies",
    [
        {"form": {"a": "b"}, "json": {"a": "b"}},
        {"form": {}, "multipart": {"file": Upload(b"x")}},
        {"json": [], "multipart": {}},
        {"form": {}, "json": {}, "multipart": {}},
    ],
)
def test_two_bodies_are_refused(bodies: dict[str, object]) -> None:
    """A request with two bodies would lose one silently: it is refused when it is made."""
    with pytest.raises(InvalidArgument, match="one body"):
        Request("POST", "/x", **bodies)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["", "api/1/list", "https://api.actonsoftware.com/api/1/list"])
def test_a_path_starts_at_the_host(path: str) -> None:
    """A path without its slash, or with a host, is refused: the host is the session's."""
    with pytest.raises(InvalidArgument, match="base_url"):
        Request("GET", path)


ODD_URLS = [
    "",
    "http://",
    "ftp://x",
    "http://x/?a=b",
    "http://[::1",
    "http://x:abc",
    "http://x:99999",
    "http://a..b",
    "http://xn--.x",
    "http://\ud800.com",
    f"http://{'a' * 300}.com",
    "https://user:secret@x",
    5,
    None,
    b"http://x",
]


@pytest.mark.parametrize("url", ODD_URLS, ids=range(len(ODD_URLS)))
def test_an_address_that_cannot_be_one_is_refused_when_the_session_is_made(url: Any) -> None:
    """A ``base_url`` with a port that is none, a host that cannot be looked up or a password in it is refused."""
    with pytest.raises(InvalidArgument, match="base_url") as told:
        Session(token="t", base_url=url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("path", ["/a b", "/a\r\nX-Injected: 1", "/a\tb", "/ä", "/a?count=1", "/a#b", "/a\x00"])
def test_a_path_that_would_break_the_request_line_is_refused(path: str) -> None:
    """What is not percent-encoded, or belongs into the query, would send another request than meant."""
    with pytest.raises(InvalidArgument, match="percent-encoded"):
        Request("GET", path)
    assert Request("GET", "/a%20b/l-0001:a/~x@y").path == "/a%20b/l-0001:a/~x@y"


def test_a_request_shows_no_body_and_no_address() -> None:
    """A logged request tells where it goes, and nothing of what it carries."""
    request = Request("PUT", "/api/1/x", {"email": "ada@example.com"}, json={"password": "hunter2"})
    assert "/api/1/x" in repr(request)
    assert "hunter2" not in repr(request)
    assert "ada" not in repr(request)
    assert "hunter2" not in repr(Request("POST", "/token", form={"password": "hunter2"}))


def test_a_request_cannot_be_changed() -> None:
    """A request that is sent again is the same request."""
    request = Request("GET", "/x")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        request.path = "/y"  # type: ignore[misc]


def test_a_response_names_its_request_and_hides_the_rest() -> None:
    """Support asks for the request id; headers and body stay out of logs."""
    response = Response(200, {"x-request-id": "r-1", "set-cookie": "secret"}, b"secret")
    assert response.request_id == "r-1"
    assert "secret" not in repr(response)
    assert Response(200, {}).request_id is None


def test_an_address_in_a_path_is_masked() -> None:
    """The repr of a request shows no address, not even in its path."""
    request = TABLE["account.delete_user"].compile({"email": "ada@example.com"})
    assert "%40example" in request.path
    assert "example.com" not in repr(request)
