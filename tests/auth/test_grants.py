"""Tokens and grants: what they tell the server, and that they tell nobody else."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from asyncsdk import EU, US, CodeGrant, Grant, PasswordGrant, RefreshGrant, Token, clock
from tests.support.virtual_time import virtual_time

PASSWORD = PasswordGrant("id-1", "secret-1", "ada+l@example.com", "p&w=1")
CODE = CodeGrant("id-1", "secret-1", "code-1", "https://my.app/callback?x=1&y=2")
REFRESH = RefreshGrant("id-1", "secret-1", "refresh-1")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of day stands still."""
    monkeypatch.setattr(clock, "wall", lambda: 1_000.0)


@pytest.mark.parametrize(
    ("body", "token"),
    [
        ({"access_token": "a", "refresh_token": "r", "expires_in": 3600}, Token("a", "r", 4_600.0)),
        ({"access_token": "a", "refresh_token": "r", "expires_in": "3600"}, Token("a", "r", 4_600.0)),
        ({"access_token": "a", "expires_in": 0}, Token("a", None, 1_000.0)),
        ({"access_token": "a", "refresh_token": ""}, Token("a")),
        ({"access_token": "a", "refresh_token": None, "expires_in": None, "scope": "x"}, Token("a")),
        ({"access_token": "a", "refresh_token": ["r"], "expires_in": [1]}, Token("a")),
    ],
)
def test_an_answer_becomes_a_token(body: dict[str, object], token: Token) -> None:
    """The relative life is made absolute at once, and what is missing is None."""
    assert Token.from_answer(body) == token


def test_a_token_counts_its_seconds() -> None:
    """A token whose expiry is not known is good until the server says otherwise."""
    assert Token("a", expires_at=1_060.0).seconds_left() == 60
    assert Token("a", expires_at=940.0).seconds_left() == -60
    assert Token("a").seconds_left() == float("inf")


@pytest.mark.parametrize("secret", ["secret-1", "p&w=1", "code-1", "refresh-1", "access-1", "ada"])
def test_no_repr_tells_a_secret(secret: str) -> None:
    """Neither a token nor a grant shows what it keeps, so that logging one gives nothing away."""
    for keeper in (PASSWORD, CODE, REFRESH, Token("access-1", "refresh-1", 1.0)):
        assert secret not in repr(keeper)
        assert secret not in f"{keeper}"


@pytest.mark.parametrize(
    ("grant", "form", "refresh_token"),
    [
        (
            PASSWORD,
            {
                "grant_type": "password",
                "username": "ada+l@example.com",
                "password": "p&w=1",
                "client_id": "id-1",
                "client_secret": "secret-1",
            },
            None,
        ),
        (
            CODE,
            {
                "grant_type": "authorization_code",
                "code": "code-1",
                "redirect_uri": "https://my.app/callback?x=1&y=2",
                "client_id": "id-1",
                "client_secret": "secret-1",
            },
            None,
        ),
        (REFRESH, None, "refresh-1"),
    ],
)
def test_each_grant_logs_in_its_own_way(
    grant: Grant, form: dict[str, str] | None, refresh_token: str | None
) -> None:
    """The form of a login has the documented fields; a refresh grant cannot log in but brings a token along."""
    assert grant.login() == form
    assert grant.first_refresh_token() == refresh_token


def test_an_owner_is_named_without_a_secret() -> None:
    """Two users have two names, one user has one, and none can be read back."""
    other = PasswordGrant("id-1", "secret-1", "bob@example.com", "p&w=1")
    changed = PasswordGrant("id-1", "secret-2", "ada+l@example.com", "new password")
    owners = [grant.owner() for grant in (PASSWORD, other, CODE, REFRESH)]
    assert len(set(owners)) == 4
    assert changed.owner() == PASSWORD.owner()
    assert not any(text in owner for owner in owners for text in ("ada", "id-1", "secret", "code-1", "refresh-1"))


def test_the_authorize_url_carries_everything_encoded() -> None:
    """A user is sent to the host's ``/authorize`` with what the server asks for, and the state comes back whole."""
    url = CodeGrant.authorize_url("id 1", "https://my.app/cb?x=1&y=2", state="a+b/=&")
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == US
    assert parts.path == "/authorize"
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "scope": ["PRODUCTION"],
        "client_id": ["id 1"],
        "redirect_uri": ["https://my.app/cb?x=1&y=2"],
        "state": ["a+b/=&"],
    }


def test_the_authorize_url_follows_the_host() -> None:
    """Another host, with or without a slash at its end, and no state unless one is given."""
    for base in (EU, EU + "/"):
        url = CodeGrant.authorize_url("id", "https://my.app/cb", base_url=base)
        assert url.startswith(EU + "/authorize?")
        assert "state" not in url


@virtual_time
async def test_an_odd_life_of_a_token_is_taken_as_unknown() -> None:
    """A token whose life is no number is used as one whose life is not known."""
    assert Token.from_answer({"access_token": "a", "expires_in": "never"}).expires_at is None
    assert Token.from_answer({"access_token": "a"}).expires_at is None
