"""Masking of traffic: no address and no secret is shown, however it is written down."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.emulator.server.masking import (
    mask_fields,
    mask_headers,
    mask_json,
    mask_query,
    mask_query_text,
    mask_text,
    mask_value,
)

NAME = "lovelace"
ADDRESS = f"ada.{NAME}@example.com"
SECRET = "s3cr3t-w0rd"


@pytest.mark.parametrize(
    "written",
    [
        ADDRESS,
        f"<{ADDRESS}>",
        f"mailto:{ADDRESS}?subject=x",
        f"/api/1/list/{quote(ADDRESS)}/record",
        quote(ADDRESS, safe=""),
        quote(quote(ADDRESS, safe=""), safe=""),
        quote(quote(quote(ADDRESS, safe=""), safe=""), safe=""),
        "".join(f"%{ord(each):02x}" for each in ADDRESS),
        ADDRESS.replace("@", "%25%34%30"),
        quote(ADDRESS.replace("@", "＠")),  # noqa: RUF001
        ADDRESS.replace("@", r"\u0040"),
        ADDRESS.replace("@", r"\\u0040"),
        ADDRESS.replace("@", "&#64;"),
        ADDRESS.replace("@", "&#x40;"),
        ADDRESS.replace("@", "&#00064;"),
        ADDRESS.replace("@", "&commat;"),
        ADDRESS.replace("@", "＠"),  # noqa: RUF001
        f"Email,First Name\n{ADDRESS},Ada",
        f'"Ada","{ADDRESS}"',
        f"{ADDRESS}\t{ADDRESS};{ADDRESS}",
        f"http://ada:{NAME}@example.com/",
    ],
)
def test_an_address_is_masked_in_any_text(written: str) -> None:
    """In paths, forms, files and pages, percent-encoded or escaped any number of times."""
    for mask in (mask_text, mask_query_text, mask_json):
        assert NAME not in mask(written)
    assert NAME not in str(mask_query({written: written}))
    assert NAME not in str(mask_headers({"Referer": written}))
    assert NAME not in str(mask_fields({written: [written, json.dumps({written: [written]})]}))
    assert NAME not in json.dumps(mask_value({written: {"a": [written]}}))


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "Password",
        "new_password",
        "passwordConfirm",
        "client_secret",
        "client-secret",
        "CLIENT SECRET",
        "access_token",
        "accessToken",
        "refresh_token",
        "token",
        "code",
        "api_key",
        "X-Api-Key",
        "Authorization",
        "Cookie",
        "Set-Cookie",
        "client_assertion",
    ],
)
def test_the_value_of_a_secret_is_masked(name: str) -> None:
    """By its name, in any spelling, wherever a name and a value stand together."""
    word = name.replace(" ", "_")
    for value in (SECRET, [SECRET], {"a": {"b": SECRET}}, f"{SECRET} {SECRET}"):
        assert SECRET not in json.dumps(mask_value({"a": [{name: value}]}))
        assert SECRET not in mask_json(json.dumps({"a": [{name: value}]}))
    assert SECRET not in str(mask_fields({name: [SECRET]}))
    assert SECRET not in str(mask_query({name: SECRET}))
    assert SECRET not in str(mask_headers({name: f"Bearer {SECRET}"}))
    for query in (f"a=b&{word}={SECRET}&c=d", f"{quote(word[0])}%{ord(word[1]):02x}{word[2:]}={SECRET}"):
        assert SECRET not in mask_query_text(query)
        assert SECRET not in mask_text(f"https://example.com/cb?{query}")


@pytest.mark.parametrize(
    "text",
    [
        f"password={SECRET}",
        f"password = '{SECRET} {SECRET}'",
        f'password: "{SECRET} \\" {SECRET}"',
        f"<password>{SECRET}</password>",
        f"Authorization: Bearer {SECRET}",
        f"curl -H 'Authorization: Basic {SECRET}' /",
        f"it said bearer {SECRET}.",
        f'{{"a": "b", "password": "{SECRET}',
        f'{{"a": 1, "password": "{SECRET}"}}{{"password": "{SECRET}"}}',
        f'\ufeff{{"password": "{SECRET}"}}',
        f'x{{"password": "{SECRET}"}}',
        f'{{"pass\\u0077ord": "{SECRET}", ',
        f"{{'password': '{SECRET}'}}",
        f'{{\\"password\\": \\"{SECRET}\\"}}',
        f'{{"note": "{{\\"password\\": \\"{SECRET}\\"}}"}}',
        f'{{"password": ["a", "{SECRET}"], "cut',
        f'{{"password": {{"a": [1, "}}", "{SECRET}"]}}, "cut',
        f'{{"note": "{{\\"password\\": [\\"a\\", \\"{SECRET}\\"]}}"}}',
        f"back={quote(f'https://example.com/cb?code={SECRET}', safe='')}",
        f"back={quote(quote(f'https://example.com/cb?code={SECRET}', safe=''), safe='')}",
        f"data={quote(json.dumps({'password': SECRET}))}",
    ],
)
def test_a_secret_in_a_text_of_another_kind_is_masked(text: str) -> None:
    """JSON that was cut short or is none, forms sent as text, pages, and JSON within JSON."""
    assert SECRET not in mask_json(text)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["\\", '\\"', "password={\\", "password=[", "%25", "%5c", "&#0", '"', "a.b-", "@"])
def test_masking_takes_linear_time(part: str) -> None:
    """A text as long as a request may have it; a pass over it for each of its characters would take minutes."""
    text = part * (50_000 // len(part))
    before = time.process_time()
    for mask in (mask_text, mask_query_text, mask_json):
        mask(text)
        mask(f"{{password={text}")
    assert time.process_time() - before < 3


def test_numbers_of_secrets_are_masked() -> None:
    """A secret need not be a text."""
    assert mask_value({"password": 12345, "token": None}) == {"password": "***", "token": None}


def test_the_rest_stays_as_it_is() -> None:
    """What is no address and no secret can be read; the kind of a token is none."""
    text = (
        '{"status": "success", "details": {"count": 5, "ratio": 0.5, "errorCode": 10017, "token_type": "Bearer"}}'
    )
    assert json.loads(mask_json(text)) == json.loads(text)
    for each in ("/api/1/list/l-0001?count=5", "First%20Name=50%25", "First Name,City", "at 5 @ 7", "100%", ""):
        assert mask_text(each) == each


@pytest.mark.parametrize("kept", range(1, len(ADDRESS)))
def test_an_address_that_a_cut_goes_through_is_masked(kept: int) -> None:
    """Its beginning is not shown, though there is nothing after it that would tell what it is."""
    text = f"Email: {ADDRESS[:kept]}"
    assert mask_text(text, cut=True) == "Email: ***"
    assert ADDRESS[:kept] not in mask_json(f'{{"email": "{ADDRESS[:kept]}', cut=True).partition("email")[2]


CONTEXTS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: quote(text, safe=""),
    lambda text: json.dumps({"a": [text]}),
    lambda text: json.dumps({"a": text})[:-1],
    lambda text: f"a=b&c={quote(text)}",
)


@pytest.mark.slow
@given(
    before=st.text(max_size=20),
    name=st.from_regex(r"[a-z0-9][a-z0-9._+-]{5,20}[a-z0-9]", fullmatch=True),
    host=st.from_regex(r"[a-z0-9]{3,10}\.(com|example)", fullmatch=True),
    after=st.text(max_size=20),
    context=st.sampled_from(CONTEXTS),
)
def test_no_surroundings_show_an_address(
    before: str, name: str, host: str, after: str, context: Callable[[str], str]
) -> None:
    """Whatever stands before and behind it, separated from it by a space."""
    text = f"{before.replace('@', '')} #{name}#@{host} {after.replace('@', '')}"
    assert f"#{name}#@" not in mask_json(context(text))
    assert f"#{name}#%40" not in mask_json(context(text))
