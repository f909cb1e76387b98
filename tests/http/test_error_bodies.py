"""All shapes of failure end in the right error, with the server's code and words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asyncsdk import (
    APIError,
    AuthenticationFailed,
    Conflict,
    GatewayError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    Response,
    ServerError,
)
from asyncsdk.http.error_bodies import error_from_response, says_throttled
from asyncsdk.http.error_shapes import ERROR_SHAPES, parse_error_body


def failed(status: int, body: Any) -> APIError:
    """The error of an answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_from_response(Response(status, {"x-request-id": "r-1"}, content))


SHAPES: list[tuple[str, int, Any, type[APIError], Any, str]] = [
    ("numeric", 400, {"errorCode": 10004, "message": "Invalid list"}, InvalidRequest, 10004, "Invalid list"),
    ("numeric", 400, {"errorCode": "10010", "message": "Column"}, InvalidRequest, 10010, "Column"),
    ("numeric", 404, {"errorCode": 10054, "errorMessage": "The id"}, NotFound, 10054, "The id"),
    ("numeric", 400, {"errorCode": "PUBLIC_X", "errorCodeId": 10148, "message": "m"}, InvalidRequest, 10148, "m"),
    ("numeric", 400, {"errorCode": 10004, "errorCodeId": None, "message": "m"}, InvalidRequest, 10004, "m"),
    ("numeric", 400, {"errorCode": None, "message": "m"}, InvalidRequest, None, "m"),
    (
        "gateway",
        401,
        {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""},
        AuthenticationFailed,
        None,
        "Unauthorized",
    ),
    (
        "gateway",
        404,
        {"httpCode": "404", "httpMessage": "Not Found", "moreInformation": "No resources match requested URI"},
        NotFound,
        None,
        "Not Found: No resources match requested URI",
    ),
    ("gateway", 200, {"httpCode": 429, "httpMessage": "Slow down"}, RateLimited, None, "Slow down"),
    ("named", 409, {"errorName": "LIST_BUSY:", "message": "Busy"}, Conflict, "LIST_BUSY", "Busy"),
    (
        "legacy gateway",
        401,
        {"fault": {"code": 900901, "message": "Expired"}},
        AuthenticationFailed,
        900901,
        "Expired",
    ),
    (
        "legacy gateway",
        503,
        {"fault": {"code": "900802", "message": "Throttled", "description": "out"}},
        RateLimited,
        900802,
        "Throttled: out",
    ),
    (
        "oauth",
        401,
        {"error": "access_denied", "error_description": "Unauthorized"},
        AuthenticationFailed,
        "access_denied",
        "Unauthorized",
    ),
    ("oauth", 400, {"error": "invalid_grant"}, AuthenticationFailed, "invalid_grant", "invalid_grant"),
    ("oauth", 400, {"error": "too_many_requests"}, RateLimited, "too_many_requests", "too_many_requests"),
    (
        "spring",
        422,
        {"errorId": "E7", "errorMessage": "Bad", "errorList": ["name", "age"], "status": "422 UNPROCESSABLE"},
        InvalidRequest,
        "E7",
        "Bad: name: age",
    ),
    ("spring", 500, {"errorList": ["x"]}, ServerError, None, "x"),
    ("listed", 400, {"errors": ["a", "b", "a"]}, InvalidRequest, None, "a: b"),
    ("result", 200, {"isSuccess": False, "errorMessage": "No", "statusCode": 403}, PermissionDenied, None, "No"),
    ("suppressed", 400, {"success": False, "message": "Opted out"}, InvalidRequest, None, "Opted out"),
]


@pytest.mark.parametrize(("name", "status", "body", "kind", "code", "message"), SHAPES)
def test_each_shape_of_failure_is_read(
    name: str, status: int, body: Any, kind: type[APIError], code: Any, message: str
) -> None:
    """Class, code, message, status and request id of the error come from the body and the answer."""
    error = failed(status, body)
    assert type(error) is kind
    assert (error.status, error.code, error.message, error.request_id) == (status, code, message, "r-1")
    assert next(envelope.name for envelope in ERROR_SHAPES if envelope.fits(body)) == name


def test_all_nine_shapes_are_tried() -> None:
    """There is an example of each shape above."""
    assert {shape[0] for shape in SHAPES} == {envelope.name for envelope in ERROR_SHAPES}
    assert len(ERROR_SHAPES) == 9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (401, AuthenticationFailed),
        (403, PermissionDenied),
        (404, NotFound),
        (402, GatewayError),
        (405, GatewayError),
        (406, GatewayError),
        (407, GatewayError),
        (408, GatewayError),
        (409, Conflict),
        (410, GatewayError),
        (413, PayloadTooLarge),
        (414, PayloadTooLarge),
        (418, GatewayError),
        (421, GatewayError),
        (422, InvalidRequest),
        (423, GatewayError),
        (425, GatewayError),
        (429, RateLimited),
        (431, GatewayError),
        (451, GatewayError),
        (460, GatewayError),
        (499, GatewayError),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (301, GatewayError),
        (302, GatewayError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe\xfd", b"Go away", {"unknown": "shape"}])
def test_the_status_decides_where_the_body_says_nothing(status: int, kind: type[APIError], body: Any) -> None:
    """Unknown, empty and broken bodies still give the class of their status and a message."""
    error = failed(status, body)
    assert type(error) is kind
    assert error.message
    assert error.code is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, GatewayError),
        (401, AuthenticationFailed),
        (403, GatewayError),
        (404, GatewayError),
        (409, GatewayError),
        (413, PayloadTooLarge),
        (414, PayloadTooLarge),
        (422, GatewayError),
        (429, RateLimited),
        (503, ServerError),
    ],
)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html><title>Not here</title></html>", "text/html"),
        (b"\n <?xml version='1.0'?><e/>", "text/xml"),
        (b"", "text/HTML"),
    ],
)
def test_a_page_judges_nothing(status: int, kind: type[APIError], body: bytes, content_type: str) -> None:
    """A page is a gateway's, which knows of tokens, pace and length, but of no value that was sent."""
    assert type(error_from_response(Response(status, {"Content-Type": content_type}, body))) is kind


@pytest.mark.parametrize("status", [402, 405, 410, 423, 451, 499])
def test_an_envelope_of_act_ons_judges_under_any_status(status: int) -> None:
    """A code of Act-On's is its own verdict, whatever status travels with it."""
    error = failed(status, {"errorCode": 10018, "message": "Invalid e-mail"})
    assert type(error) is InvalidRequest


@pytest.mark.parametrize("status", [407, 408, 421, 425, 499])
@pytest.mark.parametrize(
    "body", [{"error": "Request Timeout", "path": "/"}, {"httpCode": "408", "httpMessage": "Request Timeout"}]
)
def test_a_status_of_the_way_is_no_verdict_in_anybodys_words(status: int, body: Any) -> None:
    """What got stuck on its way was not judged, although gateways say so in JSON that looks like Act-On's."""
    assert type(failed(status, body)) is GatewayError


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500, 503])
def test_an_expired_job_is_an_invalid_request_whatever_the_status(status: int) -> None:
    """10017 means the same everywhere: the job id is invalid or has expired, and repeating changes nothing."""
    error = failed(status, {"errorCode": 10017, "message": "Invalid or expired Job Id"})
    assert type(error) is InvalidRequest
    assert error.code == 10017


@pytest.mark.parametrize(
    "body",
    [
        {"errorCode": "PUBLIC_API_FEATURE_NOT_ENABLED", "message": "m"},
        {"error": "access_denied", "error_description": "PUBLIC_API_FEATURE_NOT_ENABLED"},
    ],
)
def test_an_account_without_the_api_is_a_matter_of_permission(body: Any) -> None:
    """Another login does not help an account without API access."""
    assert type(failed(401, body)) is PermissionDenied


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (b"<html><head><title>502 Bad\n Gateway</title></head><body>nginx</body></html>", "502 Bad Gateway"),
        (b"<h1>Down</h1><p>for  repair</p>", "Down for repair"),
        (b"upstream connect error", "upstream connect error"),
        (b"x" * 10_000, "x" * 200),
        (b"no route for ada@example.com", "no route for ***@***"),
    ],
)
def test_pages_of_gateways_are_told_in_a_few_words(page: bytes, message: str) -> None:
    """Of an HTML page the title is told, of a text its beginning, and never an address."""
    assert failed(502, page).message == message


def test_a_redirect_says_why_it_is_not_followed() -> None:
    """The bearer token is not carried to another host."""
    assert "not followed" in failed(302, b"<a href=x>moved</a>").message


@pytest.mark.parametrize(
    ("body", "throttled"),
    [
        ({"httpCode": "429", "httpMessage": "Too Many Requests"}, True),
        ({"error": "too_many_requests"}, True),
        ({"httpCode": "200", "httpMessage": "OK"}, False),
        ({"note": "too_many"}, False),
        ({"data": [["httpCode 429"]]}, False),
        ({"httpCode": "429", "padding": "x" * 1000}, False),
        ([{"httpCode": "429"}], False),
        ({"status": "success"}, False),
    ],
)
def test_a_success_may_say_that_it_is_none(body: Any, throttled: bool) -> None:
    """A 200 that says 429 is throttling; a record that speaks of it is a record."""
    assert says_throttled(Response(200, {}, json.dumps(body).encode())) is throttled


@pytest.mark.parametrize(
    "body", [None, [], "x", 7, {}, {"status": "success"}, {"success": True}, {"isSuccess": True}]
)
def test_a_success_is_no_refusal(body: Any) -> None:
    """Bodies that say nothing of a failure are not read as one."""
    assert parse_error_body(body) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (900_799, InvalidRequest),
        (900_800, RateLimited),
        (900_899, RateLimited),
        (900_900, AuthenticationFailed),
        (900_999, AuthenticationFailed),
        (901_000, InvalidRequest),
    ],
)
def test_the_codes_of_the_legacy_gateway_are_known_by_their_hundred(code: int, kind: type[APIError]) -> None:
    """9008xx is throttling and 9009xx a token that is no good, whatever the HTTP status."""
    body = json.dumps({"fault": {"code": code, "message": "x"}}).encode()
    assert type(error_from_response(Response(400, {}, body))) is kind


@pytest.mark.parametrize(("status", "redirect"), [(299, False), (300, True), (399, True), (400, False)])
def test_a_redirect_is_told_as_such(status: int, redirect: bool) -> None:
    """Only an answer with such a status says that it is a redirect, which is not followed."""
    assert (
        "redirect" in str(error_from_response(Response(status, {}, b'{"errorCode": 1, "message": "No"}')))
    ) is redirect
