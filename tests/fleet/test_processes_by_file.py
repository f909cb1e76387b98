"""Processes of one account that share a file: what happens when it is lost, and what the server must see."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asyncsdk import FileStore, Session, StoreFailed
from tests.fleet.homes import Home
from tests.support.arrivals import accepted_rate, best_rate, fullest_second, refused
from tests.support.measured_again import measured_again
from tests.support.strict_server import STATIC_TOKEN, strict_server
from tests.support.worker_processes import workers

FOUR = ["w1", "w2", "w3", "w4"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A file."""
    return Home("file", {"path": str(tmp_path / "token")})


def overwrite(path: Path) -> None:
    """Put something else into the file."""
    path.write_bytes(b"\xff garbage" * 2_000)


def cut_off(path: Path) -> None:
    """Lose the second half of the file."""
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    """Lose all that is in the file."""
    os.truncate(path, 0)


@pytest.mark.slow
@measured_again
async def test_a_lost_file_costs_no_refusal(home: Home, tmp_path: Path) -> None:
    """The file is overwritten, cut off, emptied and deleted under four processes: none is refused or blocked."""
    harms = {1.5: overwrite, 4.5: cut_off, 7.5: empty, 10.5: Path.unlink}
    async with strict_server() as server:
        async with home.workers(server, FOUR, seconds=13.5) as group:
            for second, harm in harms.items():
                await group.at(second)
                harm(tmp_path / "token.limits")
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5
    for second in harms:
        # Two seconds, and one more for a busy machine.
        assert [each for each in arrivals if 0.5 < each.time - group.began - second < 3.0] != []


async def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    """A limits' file that cannot be used is a clear error that names it, and nothing is sent."""
    (tmp_path / "token.limits").mkdir()
    acton = Session(token=STATIC_TOKEN, store=FileStore(tmp_path / "token"), base_url="http://127.0.0.1:1")
    with pytest.raises(StoreFailed, match=r"token\.limits"):
        async with acton:
            await acton.account.get()


@pytest.mark.slow
@measured_again
async def test_a_session_that_was_made_before_a_fork(home: Home) -> None:
    """A session of a module that a server loads before it forks its workers is one of each worker's own."""
    async with strict_server() as server:
        async with home.workers(server, FOUR, seconds=5, made_before_fork=True) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert group.errors() == []
    assert refused(arrivals) == 0
    assert fullest_second(arrivals) <= 5
    assert len(arrivals) >= 10


@pytest.mark.slow
async def test_the_server_sees_a_split_by_processes(home: Home) -> None:
    """The control: the account's limit for each process, without a shared store, is refused again and again."""
    async with strict_server(high=0.2) as server:
        async with workers("alone", FOUR, url=server.url, seconds=4) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert refused(arrivals) > 20
    assert fullest_second(arrivals) > 10


@pytest.mark.slow
@measured_again
async def test_the_server_sees_a_part_for_each_process(home: Home) -> None:
    """The control: a fixed part for each of five processes wastes four parts when one of them has the work."""
    async with strict_server(high=0.2) as server:
        async with workers("alone", ["w1"], url=server.url, seconds=6, limits={"calls_per_second": 1.0}) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert refused(arrivals) == 0
    assert accepted_rate(arrivals) < 0.3 * best_rate(server.low, server.high)


@pytest.mark.slow
async def test_the_server_sees_a_limiter_that_forgets_the_way(home: Home, tmp_path: Path) -> None:
    """The control: a law that takes a call for arrived when it leaves is refused."""
    async with strict_server(high=0.5) as server:
        async with workers(
            "file without travel", FOUR, url=server.url, seconds=6, path=str(tmp_path / "token")
        ) as group:
            await group.finished()
        arrivals = await server.arrivals()
    assert refused(arrivals) > 0
