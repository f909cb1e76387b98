"""Guards: what a page of another site could send through a browser is refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, NoReturn

import aiohttp
import pytest

from asyncsdk import InvalidArgument
from asyncsdk.emulator import Emulator, Reply, Settings
from asyncsdk.emulator.faults import Faults
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw

PAGE = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FAULT = {"faults": [{"kind": "Pass"}]}


async def status_of(server: Emulator, *lines: str) -> int:
    """The status of a request whose lines are sent as they are; hosts are up to the test."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split()[1])


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8787",
        "LOCALHOST:8787",
        "localhost.",
        "localhost.:8787",
        "app.localhost:8787",
        "127.0.0.1",
        "127.0.0.1:8787",
        "192.168.1.20:8787",
        "0.0.0.0:8787",
        "[::1]",
        "[::1]:8787",
        "[FE80::1]:8787",
        "emulator:8787",
        "EMULATOR.example:8787",
        "emulator.example.",
    ],
)
async def test_names_that_no_other_site_can_have_are_served(host: str) -> None:
    """Addresses, the machine's own names, and those that were allowed, in any case and with any port."""
    async with Emulator(console_hosts=["emulator", "Emulator.Example"]) as server:
        for path in ("/", "/_emulator/overview"):
            assert await status_of(server, f"GET {path} HTTP/1.1", f"Host: {host}") == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8787",
        "localhost.evil.example",
        "localhost.evil.example.",
        "evil-localhost",
        "notlocalhost:8787",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:8787",
        "localhost..",
        "local host",
        "localhost@evil.example",
        "localhost:8787@evil.example",
        "evil.example:localhost",
        "[::1].evil.example",
        "[::1]evil.example:8787",
        "[localhost]",
        "[::1%25eth0]",
        "2130706433",
        "0x7f.1",
        "127.1",
        "127.0.0.1:",
        "127.0.0.1:port",
        "xn--localhost",
        "emulator.evil.example",
        ":8787",
        ".",
        "",
    ],
)
async def test_other_names_are_refused(host: str) -> None:
    """Whatever is no name of this machine may be another site's that points here (DNS rebinding)."""
    async with Emulator(console_hosts=["emulator"]) as server:
        for path in ("/", "/_emulator/overview", "/_emulator/assets/console.js", "/_emulator/nothing"):
            assert await status_of(server, f"GET {path} HTTP/1.1", f"Host: {host}") == 403


async def test_a_request_without_one_host_is_refused(server: Emulator) -> None:
    """Also in the old protocol that needs none, and where there are two."""
    assert await status_of(server, "GET / HTTP/1.0") == 403
    assert await status_of(server, "GET / HTTP/1.1") in {400, 403}
    assert await status_of(server, "GET / HTTP/1.1", "Host: localhost", "Host: evil.example") in {400, 403}


@pytest.mark.parametrize(
    "hosts", ["emulator", ["emulator:8787"], ["*"], [""], ["a b"], ["http://emulator"], None, 5, [5], [b"emulator"]]
)
def test_a_host_that_is_no_name_is_an_error(hosts: Any) -> None:
    """It would never be asked for, and one would look for the reason elsewhere."""
    with pytest.raises(InvalidArgument):
        Emulator(console_hosts=hosts)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "something new"},
        {"Sec-Fetch-Site": "cross-site", **PAGE},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
async def test_a_page_of_another_site_presses_no_button(
    console: ConsoleClient, server: Emulator, headers: Mapping[str, str]
) -> None:
    """Also one of another port of this machine; it reads nothing, and changes nothing."""
    for method, path in (("POST", "/faults"), ("DELETE", "/calls"), ("GET", "/overview"), ("GET", "/stream")):
        told = await console.ask(method, path, headers=headers, json=FAULT if method == "POST" else None)
        assert told.error == (403, "A page of another site asked for this.")
        assert not [name for name in told.headers if name.startswith("Access-Control-")]
    assert server.faults.left == 0


async def test_its_own_page_presses_buttons(console: ConsoleClient, server: Emulator) -> None:
    """The headers are those that browsers send, also where something in between ends TLS."""
    for scheme in ("http", "https"):
        origin = server.url.replace("http", scheme, 1)
        told = await console.ask(
            "POST", "/faults", headers={"Sec-Fetch-Site": "same-origin", "Origin": origin}, json=FAULT
        )
        assert told.status == 200
    assert server.faults.left == 2


async def test_another_site_may_link_to_the_page_and_no_more(server: Emulator) -> None:
    """A link to the page is followed; a frame, a picture or a form is refused."""
    async with aiohttp.ClientSession() as http:
        for site in ("cross-site", "same-site"):
            for method, path, mode, dest, expected in (
                ("GET", "/", "navigate", "document", 200),
                ("GET", "/", "navigate", "iframe", 403),
                ("GET", "/", "navigate", "object", 403),
                ("GET", "/", "no-cors", "image", 403),
                ("GET", "/_emulator/overview", "navigate", "document", 403),
                ("POST", "/", "navigate", "document", 403),
                ("POST", "/_emulator/reset", "navigate", "document", 403),
            ):
                headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
                async with http.request(method, server.url + path, headers=headers) as answer:
                    assert answer.status == expected, (method, path, mode, dest)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", None]
)
async def test_a_body_that_any_page_may_send_is_refused(
    console: ConsoleClient, server: Emulator, kind: str | None
) -> None:
    """A form or a text that looks like JSON is none: pages send those without asking first."""
    headers = {} if kind is None else {"Content-Type": kind}
    told = await console.ask("POST", "/faults", data=b'{"faults": [{"kind": "Pass"}]}', headers=headers)
    assert told.error[0] == 415
    assert server.faults.left == 0


async def test_a_browser_that_asks_first_gets_no_permission(console: ConsoleClient) -> None:
    """No answer has a CORS header; ``OPTIONS`` tells programs which methods there are."""
    asking = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    told = await console.ask("OPTIONS", "/faults", headers=asking)
    assert told.status == 403
    own = await console.ask("OPTIONS", "/faults")
    assert (own.status, own.headers["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, POST")
    for answer in (told, own):
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]


async def test_methods_that_there_are_not_are_told(console: ConsoleClient) -> None:
    """405 names those that there are; ``HEAD`` is ``GET`` without the body."""
    other = await console.ask("PUT", "/faults", json={})
    assert (other.status, other.headers["Allow"]) == (405, "DELETE, GET, HEAD, OPTIONS, POST")
    head = await console.ask("HEAD", "/faults")
    assert (head.status, head.body, head.headers["Content-Type"]) == (200, b"", "application/json")
    assert (await console.ask("PUT", "/nothing")).status == 404
    async with console.http.post(f"{console.url}/") as page:
        assert (page.status, page.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", ["/", "/_emulator/overview", "/_emulator/nothing", "/_emulator/assets/console.js"])
async def test_every_answer_has_the_security_headers(server: Emulator, path: str) -> None:
    """Pages, JSON, assets and errors alike: only own files run, nobody may frame them, and nothing is kept."""
    async with aiohttp.ClientSession() as http:
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
            async with http.get(server.url + path, headers=headers) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
                assert "frame-ancestors 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
                assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                assert answer.headers["Cache-Control"] == "no-store"


async def test_a_defect_is_one_sentence(
    console: ConsoleClient, server: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of the program is in the answer; the log has all of it."""

    class Broken(Faults):
        @property
        def entries(self) -> NoReturn:
            raise ZeroDivisionError("a secret of the program")

    server.faults = Broken()
    with caplog.at_level(logging.ERROR, "asyncsdk.emulator.console"):
        status, sentence = (await console.ask("GET", "/faults")).error
    assert (status, sentence) == (500, "The console has a defect; the emulator's log tells more.")
    assert "GET /_emulator/faults has failed." in caplog.text


async def test_a_disk_that_is_full_is_told(console: ConsoleClient, server: Emulator) -> None:
    """It is no defect: the sentence is the one of the database."""
    server.platform.store.all("PRAGMA max_page_count = 1")
    rows = [[f"{number}@example.com", "x" * 500] for number in range(1_000)]
    added = await console.ask("POST", "/lists", {"name": "Leads", "columns": ["Email", "Note"], "rows": rows})
    assert added.error == (500, "The emulator's database has failed: database or disk is full.")


@pytest.fixture
async def limited() -> AsyncIterator[Emulator]:
    """An emulator that lets two calls a second through."""
    async with Emulator(Settings(calls_per_second=2)) as server:
        yield server


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ],
)
async def test_a_page_makes_no_calls_either(limited: Emulator, headers: dict[str, str]) -> None:
    """A page that knows the credentials cannot log in, spend a limit, fill the log or use up a fault."""
    async with aiohttp.ClientSession() as http:
        raw = Raw(limited, http)
        for _ in range(3):
            form = {**limited.credentials, "grant_type": "password"}
            told = await raw.call("POST", "/token", data=form, headers=headers)
            assert told.status == 403
            assert "access_token" not in told.json
        assert len(limited.calls) == 0
        assert (await raw.token(grant_type="password")).status == 200


async def test_a_link_to_the_consent_page_is_followed(limited: Emulator) -> None:
    """A program that logs its user in sends the browser there."""
    async with aiohttp.ClientSession() as http:
        query = {
            "response_type": "code",
            "client_id": "emulated-client",
            "redirect_uri": "http://localhost:3000/cb",
        }
        headers = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}
        answer = await Raw(limited, http).call("GET", "/authorize", params=query, headers=headers)
        assert answer.status == 302


@pytest.mark.parametrize(
    ("path", "target"),
    [("/api/1/account", "iframe"), ("/api/1/account", "document"), ("/authorize", "iframe"), ("/token", "embed")],
)
async def test_a_page_makes_no_calls_by_frames_and_windows(limited: Emulator, path: str, target: str) -> None:
    """A frame of a page is led to a path of the API: nothing is logged, and no fault is used up."""
    limited.faults.add(Reply.unavailable())
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": target}
    async with aiohttp.ClientSession() as http:
        assert (await Raw(limited, http).call("GET", path, headers=headers)).status == 403
    assert (len(limited.calls), limited.faults.left) == (0, 1)
