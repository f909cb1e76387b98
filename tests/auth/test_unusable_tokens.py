"""Tokens and credentials that cannot be sent, from wherever they come: told in the library's own errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import (
    ActOnError,
    DecodeError,
    FileStore,
    InvalidArgument,
    MemoryStore,
    PasswordGrant,
    Session,
    Token,
)
from asyncsdk.client.settings import session_settings_from
from tests.support.raw_server import RawServer, answer
from tests.support.stage import emulator, issued, outcome, password_grant, session
from tests.support.virtual_time import virtual_time

BAD = ["abc\n", "abc\0", "abc\r\nX-Evil: 1", "ab c", "abç", "ab\ud800", "\x7f", "\u2028abc", "abc\t", " abc", ""]


@pytest.mark.parametrize("token", BAD)
def test_a_token_of_the_callers_that_cannot_be_sent_is_refused(token: str) -> None:
    """Before anything is sent, as a text and as a Token alike, and without showing it."""
    for given_token in (token, Token(token)):
        with pytest.raises(InvalidArgument) as refused:
            Session(token=given_token)
        assert "abc" not in str(refused.value)


@pytest.mark.parametrize("token", [5, b"abc", ["abc"], object()])
def test_a_token_of_another_type_is_refused(token: object) -> None:
    """A token is a text or a Token."""
    with pytest.raises(InvalidArgument):
        Session(token=token)  # type: ignore[arg-type]


@pytest.mark.parametrize("token", BAD)
@virtual_time
async def test_a_kept_token_that_cannot_be_sent_counts_as_damaged(token: str, tmp_path: Path) -> None:
    """A store's token with a line end costs a renewal, never an error of somebody else's."""
    async with emulator() as server:
        for store in (MemoryStore(), FileStore(tmp_path / "token")):
            await store.save(Token(token, "refresh\n"), password_grant(server).owner())
            async with session(server, store=store) as acton:
                assert (await acton.account.get()).account_id == 12345


@pytest.mark.parametrize("token", [*BAD, 7, None, ["a"], {"a": 1}, True])
@virtual_time
async def test_a_token_of_the_servers_that_cannot_be_sent_is_told(token: object) -> None:
    """What ``/token`` gives in the place of a token ends in an error of this library."""
    async with RawServer([answer(200, {"access_token": token, "expires_in": 3600})]) as server:
        async with Session(grant=PasswordGrant("i", "s", "u", "p"), base_url=server.url) as acton:
            end = await outcome(acton.account.get())
        assert isinstance(end, ActOnError)
        assert isinstance(end if isinstance(end, DecodeError) else end.__cause__, DecodeError)
        assert "X-Evil" not in str(end)


@pytest.mark.parametrize("part", ["client_id", "client_secret", "username", "password"])
@pytest.mark.parametrize("value", ["half \ud800", 7, None, b"bytes"])
@virtual_time
async def test_credentials_that_are_no_text_are_told(part: str, value: object) -> None:
    """A grant with half a character or another type in it fails in an error of this library, before it is sent."""
    async with emulator() as server:
        parts: dict[str, object] = {**server.credentials, part: value}
        grant = PasswordGrant(**parts)  # type: ignore[arg-type]
        try:
            async with session(server, grant=grant) as acton:
                end: object = await outcome(acton.account.get())
        except ActOnError as error:
            end = error
        assert isinstance(end, ActOnError)
        assert len(server.calls) == 0


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
@virtual_time
async def test_the_line_end_of_a_secrets_file_is_dropped(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that were read from files work with the line ends that files have."""
    async with emulator() as server:
        for name, value in {**server.credentials, "base_url": server.url}.items():
            monkeypatch.setenv(f"MINE_{name.upper()}", value + end)
        async with Session.from_env("MINE_") as acton:
            assert (await acton.account.get()).account_id == 12345
        monkeypatch.setenv("MINE_TOKEN", issued(server).access_token + end)
        async with Session.from_env("MINE_") as acton:
            assert (await acton.account.get()).account_id == 12345


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "abc\nSECRET"),
        ("TOKEN", "abç SECRET"),
        ("CLIENT_ID", "a\nb"),
        ("CLIENT_SECRET", "SECRET\x07"),
        ("USERNAME", "SECRET\ra"),
        ("PASSWORD", "SECRET\udcff"),
        ("REFRESH_TOKEN", "SECRET\na"),
        ("BASE_URL", "ftp://x"),
        ("BASE_URL", "api.actonsoftware.com"),
        ("BASE_URL", "http://x:99999"),
        ("BASE_URL", "http://[::1"),
        ("CALLS_PER_SECOND", "five"),
        ("CALLS_PER_SECOND", "1e999"),
        ("TOKEN_FILE", "~nobody-of-this-name/token"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable that says nothing of use ends in InvalidArgument with its name, and without a secret."""
    for each in ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"):
        monkeypatch.setenv(f"MINE_{each}", "something")
    monkeypatch.setenv(f"MINE_{name}", value)
    with pytest.raises(InvalidArgument, match=f"MINE_{name}") as refused:
        Session.from_env("MINE_")
    assert "SECRET" not in str(refused.value).replace(f"MINE_{name}", "")


def test_the_home_folder_is_meant_by_its_sign(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``~`` in ``TOKEN_FILE`` is the home folder, not a folder of that name."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MINE_TOKEN", "abc")
    monkeypatch.setenv("MINE_TOKEN_FILE", "~/state/token.json")
    assert repr(session_settings_from("MINE_", {}).options["store"]) == f"FileStore('{tmp_path}/state/token.json')"


@pytest.mark.slow
@given(st.text(max_size=30))
def test_any_text_is_a_token_or_is_refused(text: str) -> None:
    """Whatever text a caller gives, the end is a session whose header can be sent, or InvalidArgument."""
    try:
        Session(token=text)
    except InvalidArgument:
        return
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text
