"""Tokens: grants, rotation, expiry, revocation and the login budget."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from asyncsdk.emulator import Emulator
from tests.emulator.driver import Raw

UNAUTHORIZED = {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""}
DEAD_REFRESH = {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}


async def test_a_password_grant_gives_a_pair_of_tokens(raw: Raw) -> None:
    """The body has the documented keys, and the bearer opens the account."""
    answer = await raw.token(grant_type="password")
    assert answer.status == 200
    assert {key: answer.json[key] for key in ("scope", "token_type", "expires_in")} == {
        "scope": "offline-access",
        "token_type": "Bearer",
        "expires_in": 3600,
    }
    raw.bearer = answer.json["access_token"]
    account = await raw.get("/api/1/account")
    assert account.json["account_id"] == 12345
    assert account.json["login"] == "john.doe@act-on.com"


async def test_the_grant_type_may_be_in_the_query(raw: Raw) -> None:
    """One page of the documentation puts it there."""
    answer = await raw.call("POST", "/token?grant_type=password", data=raw.server.credentials)
    assert answer.status == 200


async def test_wrong_credentials_are_told_apart(raw: Raw) -> None:
    """A wrong client is 401, a wrong password 403, nothing at all 401."""
    denied = {"error": "access_denied", "error_description": "Unauthorized"}
    assert (await raw.token(grant_type="password", client_secret="no")).told == (401, denied)
    assert (await raw.call("POST", "/token")).told == (401, denied)
    assert (await raw.token(grant_type="password", password="no")).told == (
        403,
        {"error": "invalid_grant", "error_description": "Wrong email or password."},
    )


async def test_refresh_tokens_rotate_and_work_once(raw: Raw) -> None:
    """A refresh gives two new tokens, and the used refresh token is dead."""
    first = (await raw.token(grant_type="password")).json
    second = await raw.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second.status == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    assert second.json["access_token"] != first["access_token"]
    again = await raw.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.told == (403, DEAD_REFRESH)


async def test_a_login_kills_the_older_refresh_token(raw: Raw) -> None:
    """Of the same client and user, only the newest refresh token lives."""
    first = (await raw.token(grant_type="password")).json
    await raw.token(grant_type="password")
    again = await raw.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.told == (403, DEAD_REFRESH)


async def test_tokens_expire(raw: Raw) -> None:
    """An access token lives an hour, a refresh token thirty days."""
    tokens = (await raw.token(grant_type="password")).json
    raw.bearer = tokens["access_token"]
    raw.server.clock.advance(3599)
    assert (await raw.get("/api/1/account")).status == 200
    raw.server.clock.advance(1)
    assert (await raw.get("/api/1/account")).told == (401, UNAUTHORIZED)
    raw.server.clock.advance(30 * 86400)
    late = await raw.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert late.status == 403


async def test_tokens_can_be_killed_in_mid_run(raw: Raw) -> None:
    """Access tokens and refresh tokens die separately."""
    tokens = (await raw.token(grant_type="password")).json
    raw.server.revoke_access_tokens()
    assert (await raw.get("/api/1/account")).status == 401
    fresh = (await raw.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])).json
    raw.server.revoke_refresh_tokens()
    assert (await raw.token(grant_type="refresh_token", refresh_token=fresh["refresh_token"])).status == 403


async def test_without_a_bearer_nothing_opens(raw: Raw) -> None:
    """A missing and an unknown bearer get the gateway's 401."""
    raw.bearer = None
    assert (await raw.get("/api/1/list")).told == (401, UNAUTHORIZED)
    raw.bearer = "unknown"
    assert (await raw.get("/api/1/list")).told == (401, UNAUTHORIZED)


async def test_logins_have_a_budget_and_refreshes_do_not_count(raw: Raw) -> None:
    """The sixth login of an hour is refused until the first is an hour old."""
    answers = [await raw.token(grant_type="password") for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 5
    assert (await raw.token(grant_type="password")).status == 429
    last = answers[-1].json["refresh_token"]
    assert (await raw.token(grant_type="refresh_token", refresh_token=last)).status == 200
    raw.server.settings.too_many_logins = {"error": "too_many_requests"}
    assert (await raw.token(grant_type="password")).json == {"error": "too_many_requests"}
    raw.server.clock.advance(3600)
    assert (await raw.token(grant_type="password")).status == 200


async def test_an_account_without_the_api_says_so(raw: Raw) -> None:
    """The error holds the word that the FAQ tells."""
    raw.server.settings.api_enabled = False
    answer = await raw.token(grant_type="password")
    assert answer.status == 403
    assert b"PUBLIC_API_FEATURE_NOT_ENABLED" in answer.body


async def test_a_code_from_the_authorize_page_works_once(raw: Raw) -> None:
    """The page redirects with a code and the state; the code buys tokens one time."""
    redirect = "https://localhost/callback"
    page = await raw.get(
        "/authorize",
        response_type="code",
        scope="PRODUCTION",
        client_id=raw.server.credentials["client_id"],
        redirect_uri=redirect,
        state="mine",
    )
    assert page.status == 302
    target = urlsplit(page.headers["Location"])
    given = parse_qs(target.query)
    assert given["state"] == ["mine"]
    code = given["code"][0]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    assert (await raw.token(**fields)).status == 200
    assert (await raw.token(**fields)).status == 403


@pytest.mark.parametrize("path", ["/api/1/nothing", "/elsewhere", "/api/1/list/a/b/c/d"])
async def test_an_unknown_path_is_the_gateways_404(raw: Raw, server: Emulator, path: str) -> None:
    """Also without a bearer, and with the headers that every answer has."""
    raw.bearer = None
    answer = await raw.get(path)
    assert answer.told == (
        404,
        {
            "httpCode": "404",
            "httpMessage": "Not Found",
            "moreInformation": "No resources match requested URI",
        },
    )
    assert answer.headers["server"] == "envoy"
    assert answer.headers["x-request-id"]
    assert answer.headers["x-global-transaction-id"]
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]
