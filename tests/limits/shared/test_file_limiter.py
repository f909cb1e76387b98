"""File limiter: what sessions on one token file share, when they ask, and what they say of it."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncsdk import (
    ActOnError,
    FileStore,
    Lane,
    Limiter,
    Limits,
    QuotaExhausted,
    SessionClosed,
    StoreFailed,
    Tally,
    clock,
)
from asyncsdk.files.json_file import Content, write
from asyncsdk.limits.shared.file_limiter import FileLimiter
from asyncsdk.limits.shared.state_file import StateFile, read_state
from asyncsdk.limits.tally import json_of
from tests.support.forked import fork
from tests.support.virtual_time import run_in_virtual_time, virtual_time


def limiter(path: Path, limits: Limits | None = None) -> FileLimiter:
    """A limiter of one more process on this token file."""
    return FileStore(path / "token").limiter(limits or Limits())


async def call(limits: FileLimiter, lane: Lane = Lane.INTERACTIVE) -> float:
    """Make one call, which is answered after 50 ms; gives when it was sent at the earliest."""
    place = await limits.acquire(lane)
    sent = clock.monotonic()
    place.left()
    await asyncio.sleep(0.05)
    place.answered()
    return sent


def most_in_a_second(times: list[float]) -> int:
    """The most calls that were sent in any second."""
    return max(sum(start <= time < start + 1.0 for time in times) for start in times)


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


class CountedSteps:
    """Counts the steps on the file of a limiter."""

    def __init__(self, limits: FileLimiter) -> None:
        self.made = 0
        file: StateFile = limits._file
        change = file.change

        def counted(step: Callable[..., object]) -> object:
            self.made += 1
            return change(step)

        file.change = counted  # type: ignore[method-assign, assignment]


@virtual_time
async def test_limiters_of_one_file_share_the_second(tmp_path: Path) -> None:
    """Forty calls of four of them are never six in a second, and each gets its part."""
    four = [limiter(tmp_path) for _ in range(4)]
    sent = await asyncio.gather(*(call(each) for each in four for _ in range(10)))
    assert most_in_a_second(list(sent)) <= 5
    assert max(sent) - min(sent) < 9.5


@virtual_time
async def test_who_is_idle_asks_nothing_and_who_waits_asks_when_it_is_its_turn(tmp_path: Path) -> None:
    """Four that always have callers waiting make some steps a call; one that has none makes none at all."""
    five = [limiter(tmp_path) for _ in range(5)]
    steps = [CountedSteps(each) for each in five]
    await asyncio.gather(*(call(each) for each in five))
    await asyncio.sleep(2.0)
    before = [each.made for each in steps]
    await asyncio.gather(*(call(each) for each in five[:4] for _ in range(25)))
    await asyncio.sleep(20.0)
    made = [each.made - old for each, old in zip(steps, before, strict=True)]
    assert made[4] == 0
    assert sum(made) <= 100 * 5
    before = [each.made for each in steps]
    await asyncio.sleep(600.0)
    assert [each.made for each in steps] == before


@virtual_time
async def test_usage_is_asked_for_four_times_a_second_at_most(tmp_path: Path) -> None:
    """A program that shows its usage all the time costs no step on the file each time, and sees its own calls."""
    one, other = limiter(tmp_path), limiter(tmp_path)
    await call(one)
    steps = CountedSteps(one)
    for _ in range(200):
        assert one.usage().calls_made >= 1
        await asyncio.sleep(0.005)
    assert steps.made <= 6
    await call(other)
    await asyncio.sleep(0.3)
    assert one.usage().calls_made == 2
    assert one.usage().processes == 2
    await call(one)
    assert one.usage().calls_made == 3


@virtual_time
async def test_a_place_that_was_not_used_is_free_at_once_for_others(tmp_path: Path) -> None:
    """Five places of one that are given back are five for another, and the day does not count them."""
    one, other = limiter(tmp_path), limiter(tmp_path)
    places = [await one.acquire() for _ in range(5)]
    for place in places:
        place.unused()
    await asyncio.sleep(0.01)
    began = clock.monotonic()
    sent = await asyncio.gather(*(call(other) for _ in range(5)))
    assert max(sent) - began < 0.05
    assert other.usage().calls_made == 5


@virtual_time
async def test_a_pause_holds_for_all(tmp_path: Path) -> None:
    """After a 429 that one heard, another waits as well; a pause that is too long refuses at once."""
    one, other = limiter(tmp_path), limiter(tmp_path)
    await call(one)
    one.throttled(3.0)
    began = clock.monotonic()
    assert await call(other) - began >= 3.0
    one.throttled(500.0)
    with pytest.raises(QuotaExhausted):
        await call(other)


@virtual_time
async def test_an_opened_connection_is_told_before_the_call_leaves(tmp_path: Path) -> None:
    """A call over a new connection holds its place for longer, also if its process is killed after it left."""
    one = limiter(tmp_path)
    place = await one.acquire()
    place.left(opened=True)
    state = read_state(tmp_path / "token.limits")
    assert state is not None
    assert [hold.free_at - clock.monotonic() >= 1.6 for hold in state.holds] == [True]


@pytest.mark.slow
def test_a_limiter_that_was_made_before_a_fork_is_a_member_of_its_own(tmp_path: Path) -> None:
    """Four processes that were forked from one with a limiter share the second, each under a name of its own."""
    made = limiter(tmp_path)

    async def five() -> list[float]:
        return list(await asyncio.gather(*(call(made) for _ in range(3))))

    children = []
    for number in range(4):
        child = fork()
        if child == 0:
            times = asyncio.run(five())
            (tmp_path / f"times{number}").write_text(json.dumps(times))
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    sent = [time for number in range(4) for time in json.loads((tmp_path / f"times{number}").read_text())]
    assert len(sent) == 12
    assert most_in_a_second(sent) <= 5
    state = read_state(tmp_path / "token.limits")
    assert state is not None
    assert len(state.members) == 4


@pytest.mark.slow
def test_sessions_in_several_threads_share_one_file_store(tmp_path: Path) -> None:
    """Each thread's limiter has a lock of its own, though they come from one store object."""
    store, sent = FileStore(tmp_path / "token"), list[float]()

    async def some() -> None:
        mine = store.limiter(Limits())
        sent.extend(await asyncio.gather(*(call(mine) for _ in range(4))))

    threads = [threading.Thread(target=asyncio.run, args=(some(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 12
    assert most_in_a_second(sent) <= 5


@virtual_time
async def test_a_closed_limiter_leaves_no_open_file_and_no_member(tmp_path: Path) -> None:
    """Many sessions one after the other leave nothing, whether they are closed or forgotten."""
    await call(limiter(tmp_path))
    await asyncio.sleep(2.0)
    gc.collect()
    before = _open_files()
    for _ in range(50):
        one = limiter(tmp_path)
        await call(one)
        await one.close()
    for _ in range(5):
        await call(limiter(tmp_path))
    await asyncio.sleep(2.0)
    gc.collect()
    assert _open_files() <= before
    state = read_state(tmp_path / "token.limits")
    assert state is not None
    assert len(state.members) <= 6


@virtual_time
async def test_calls_of_a_limiter_of_its_own_come_in(tmp_path: Path) -> None:
    """A session of an older version, which only tells the store, is counted: last second, day and pause."""
    old, one, kept = Limiter(), limiter(tmp_path), Tally()
    one.adopt(kept)
    for _ in range(5):
        place = await old.acquire()
        place.left()
        place.answered()
    kept.add(old.drain())
    one.adopt(kept)
    assert one.usage().calls_made == 5
    began = clock.monotonic()
    assert await call(one) - began >= 0.9
    old.throttled(3.0)
    kept.add(old.drain())
    one.adopt(kept)
    began = clock.monotonic()
    assert await call(one) - began >= 2.9


@virtual_time
async def test_a_call_that_was_taken_back_is_not_brought_in_again(tmp_path: Path) -> None:
    """What the store was told too early of a call that was never sent does not come back by another process."""
    one, other = limiter(tmp_path), limiter(tmp_path)
    place = await one.acquire()
    told = one.drain()
    place.unused()
    await asyncio.sleep(0.01)
    other.adopt(told)
    assert other.usage().calls_made == 0


@virtual_time
async def test_the_day_and_the_logins_outlive_the_file(tmp_path: Path) -> None:
    """After a reboot, or when the file was deleted, what the store knows counts."""
    one = limiter(tmp_path)
    for _ in range(3):
        (await one.acquire(login=True)).answered()
    write(tmp_path / "token.usage", Content.of(json_of(one.drain())))
    await one.close()
    (tmp_path / "token.limits").unlink()
    again = limiter(tmp_path)
    again.adopt(Tally())
    usage = again.usage()
    assert (usage.calls_made, usage.logins_left) == (3, 2)


@virtual_time
async def test_a_deleted_file_closes_the_second_once(tmp_path: Path) -> None:
    """Who finds no file in a store that had one waits until the calls are over that it cannot know of."""
    one = limiter(tmp_path)
    sent = list(await asyncio.gather(*(call(one) for _ in range(5))))
    (tmp_path / "token.limits").unlink()
    other = limiter(tmp_path)
    sent += await asyncio.gather(*(call(other) for _ in range(5)))
    assert most_in_a_second(sent) <= 5
    assert max(sent) - min(sent) < 2.5


@virtual_time
async def test_a_split_by_processes_is_warned_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Two that were each told a part share one part; that is said once, and not where one knows the whole."""
    two = [limiter(tmp_path, Limits(calls_per_second=2)) for _ in range(2)]
    with caplog.at_level(logging.WARNING, "asyncsdk"):
        for _ in range(3):
            await asyncio.gather(*(call(each) for each in two))
    assert len(caplog.records) == 2
    assert all("calls_per_second=2 at most" in each.getMessage() for each in caplog.records)
    caplog.clear()
    whole, part = limiter(tmp_path / "x"), limiter(tmp_path / "x", Limits(calls_per_second=2))
    await asyncio.gather(call(whole), call(part))
    assert caplog.records == []


def test_what_is_to_be_told_is_told_again_each_second_while_the_file_is_broken(tmp_path: Path) -> None:
    """A place is given back into a file that cannot be used: no loop without a pause, and later it is free."""

    async def program() -> None:
        one, other = limiter(tmp_path), limiter(tmp_path)
        places = [await one.acquire() for _ in range(5)]
        path, away = tmp_path / "token.limits", tmp_path / "away"
        path.rename(away)
        path.mkdir()
        steps = CountedSteps(one)
        for place in places:
            place.unused()
        await asyncio.sleep(3.0)
        assert 1 <= steps.made <= 10
        with pytest.raises(StoreFailed):
            await one.acquire()
        path.rmdir()
        away.rename(path)
        await asyncio.sleep(1.1)
        assert one.usage().calls_made == other.usage().calls_made == 0

    run_in_virtual_time(program(), turn=0.001)


@virtual_time
async def test_a_closed_limiter_leaves_nobody_waiting(tmp_path: Path) -> None:
    """A caller that waits when its limiter is closed gets ``SessionClosed`` at once."""
    one = limiter(tmp_path)
    for _ in range(5):
        await one.acquire()
    waiting = asyncio.ensure_future(one.acquire())
    await asyncio.sleep(0.1)
    await one.close()
    with pytest.raises(SessionClosed):
        await asyncio.wait_for(waiting, 0.01)


@virtual_time
async def test_the_longest_pause_is_kept_for_the_store(tmp_path: Path) -> None:
    """A pause that the store could not keep does not hide one that was heard meanwhile, nor the other way round."""
    one = limiter(tmp_path)
    one.throttled(5.0)
    told = one.drain()
    one.throttled(60.0)
    one.undrain(told)
    kept = one.drain()
    assert kept.pause == (clock.wall(), clock.wall() + 60.0)
    assert one.drain().pause is None


def test_callers_of_a_loop_that_stands_still_are_not_forgotten(tmp_path: Path) -> None:
    """A second loop is refused while callers wait in the first, which is not closed; and served after that."""
    one, first = limiter(tmp_path), asyncio.new_event_loop()

    async def wait_briefly() -> asyncio.Task[object]:
        for _ in range(5):
            await one.acquire()
        waiting = asyncio.ensure_future(one.acquire())
        await asyncio.sleep(0)
        return waiting

    waiting = first.run_until_complete(wait_briefly())
    with pytest.raises(ActOnError, match="in use in another event loop"):
        asyncio.run(asyncio.wait_for(one.acquire(), 0.5))
    waiting.cancel()
    first.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    first.close()
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(one.acquire(), 0.01))


def test_usage_in_a_forked_process_is_asked_for_under_its_own_name(tmp_path: Path) -> None:
    """A limiter that was used before a fork tells the account of one process for each that asks."""
    made = limiter(tmp_path)
    asyncio.run(call(made))
    child = fork()
    if child == 0:
        made.adopt(Tally())
        os._exit(made.usage().processes)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


@virtual_time
async def test_a_folder_in_its_place_is_one_clear_error(tmp_path: Path) -> None:
    """The error names the file, and comes at once."""
    (tmp_path / "token.limits").mkdir()
    with pytest.raises(StoreFailed, match=r"token\.limits cannot be used: Is a directory"):
        await limiter(tmp_path).acquire()
