"""The registry of fast servers: which URLs it takes for one of them."""

from __future__ import annotations

import threading

import pytest
from attrs import define

from asyncsdk.errors import InvalidArgument
from asyncsdk.http.fast_servers import FastServers

URL = "http://127.0.0.1:8787"


@define
class Server:
    """Something that listens, or has stopped."""

    listens_on: str | None = URL

    @property
    def url(self) -> str:
        """The URL."""
        if self.listens_on is None:
            raise RuntimeError
        return self.listens_on


def registry(*servers: Server) -> FastServers:
    """A registry with these servers."""
    made = FastServers()
    for server in servers:
        made.add(server)
    return made


@pytest.mark.parametrize("url", [URL, URL + "/", "HTTP://127.0.0.1:8787"])
def test_the_url_of_a_server(url: str) -> None:
    """A slash at the end and the case of letters make no difference."""
    assert registry(Server()).has(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8787",
        "http://127.0.0.1:8788",
        "http://127.0.0.1",
        "http://127.0.0.2:8787",
        "http://localhost:8787",
        "http://127.0.0.1:8787/api",
        "http://127.0.0.1:8787?x=1",
        "http://u@127.0.0.1:8787",
        "http://127.0.0.1:8787.example.com",
        "http://127.0.0.1:8787@api.actonsoftware.com",
        "https://api.actonsoftware.com",
        "https://api-eu.actonsoftware.com",
        "http://[",
        "http://127.0.0.1:port",
        "",
    ],
)
def test_any_other_url(url: str) -> None:
    """A URL that differs in anything else is none of them, and neither is what is no URL."""
    assert not registry(Server()).has(url)
    assert not registry().has(url)


@pytest.mark.parametrize(
    "url", ["http://0.0.0.0:1", "http://10.0.0.1:1", "https://api.actonsoftware.com", "http://127.0.0.1.example:1"]
)
def test_servers_of_other_machines(url: str) -> None:
    """A server that does not listen on this machine alone is not taken, nor found if it moves there."""
    with pytest.raises(InvalidArgument, match=r"127\.0\.0\.1"):
        FastServers().add(Server(url))
    server = Server()
    servers = registry(server)
    server.listens_on = url
    assert not servers.has(url)


@pytest.mark.parametrize("url", ["http://[::1]:5", "http://localhost:5", "http://127.9.9.9:5"])
def test_addresses_of_this_machine(url: str) -> None:
    """All addresses of this machine alone are taken."""
    assert registry(Server(url)).has(url)


def test_a_server_that_stopped() -> None:
    """A server counts while it listens: its port may be another program's afterwards."""
    server = Server()
    servers = registry(server)
    server.listens_on = None
    assert not servers.has(URL)
    servers.remove(server)
    server.listens_on = URL
    assert not servers.has(URL)


def test_a_server_that_was_added_twice() -> None:
    """Each end takes back its own beginning."""
    server = Server()
    servers = registry(server, server)
    servers.remove(server)
    assert servers.has(URL)
    servers.remove(server)
    assert not servers.has(URL)
    servers.remove(server)


def test_threads_at_once() -> None:
    """Nothing is lost where threads add and remove at the same time."""
    servers, stays = FastServers(), Server("http://127.0.0.1:9")
    servers.add(stays)

    def come_and_go(port: int) -> None:
        for _ in range(200):
            server = Server(f"http://127.0.0.1:{port}")
            servers.add(server)
            assert servers.has(server.url)
            servers.remove(server)
            assert not servers.has(server.url)

    failed: list[int] = []

    def run(port: int) -> None:
        try:
            come_and_go(port)
        except AssertionError:
            failed.append(port)

    threads = [threading.Thread(target=run, args=(port,)) for port in range(10, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert servers.has(stays.url)
