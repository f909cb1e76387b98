"""One file, several processes: killed in the middle of a write, taking turns, and counting together."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from asyncsdk import FileStore, Tally, Token, clock

pytestmark = pytest.mark.slow

WRITER = """
import asyncio, itertools, sys
from asyncsdk import FileStore, Token

async def main():
    store = FileStore(sys.argv[1])
    for number in itertools.count():
        await store.save(Token(f"{number:05}" * 10_000, f"{number:05}"), "ada")
        if number == 2:
            print("writing", flush=True)

asyncio.run(main())
"""

STOPPED = """
import os, signal, sys, asyncio, pathlib
from asyncsdk import FileStore, Token
from asyncsdk.files import json_file

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

where = sys.argv[2]
if where == "before the file is on the disk":
    json_file.os.fsync = killed
elif where == "before the file takes its place":
    pathlib.Path.replace = killed
else:
    json_file._sync_folder = killed
asyncio.run(FileStore(sys.argv[1]).save(Token("new" * 10_000, "new"), "ada"))
"""

HOLDER = """
import asyncio, sys
from asyncsdk import FileStore

async def main():
    async with FileStore(sys.argv[1]).exclusive():
        print("holding", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print("letting go", flush=True)

asyncio.run(main())
"""

COUNTER = """
import asyncio, sys
from asyncsdk import FileStore, Tally

async def main():
    store = FileStore(sys.argv[1])
    for _ in range(15):
        await asyncio.gather(*(store.count(Tally({int(sys.argv[2]): 1})) for _ in range(2)))

asyncio.run(main())
"""


@asynccontextmanager
async def python(program: str, *args: str) -> AsyncIterator[Process]:
    """A program running beside the test, ended with it."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, *args, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said(process: Process) -> str:
    """The next line of a program."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def kept(path: Path) -> Token:
    """The token in the file; there must be one."""
    token = await FileStore(path).load("ada")
    assert token is not None
    return token


@pytest.mark.parametrize("delay", [0.0, 0.003, 0.011, 0.03])
async def test_a_killed_writer_leaves_a_whole_token(delay: float, tmp_path: Path) -> None:
    """``kill -9`` at any moment of a large write leaves the old token or the new one, never a mixture."""
    path = tmp_path / "token"
    async with python(WRITER, str(path)) as writer:
        assert await said(writer) == "writing"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(writer.wait(), delay)
        writer.kill()
        assert await writer.wait() == -signal.SIGKILL
    token = await kept(path)
    assert token.access_token == (token.refresh_token or "") * 10_000
    await FileStore(path).save(Token("next"), "ada")
    assert await kept(path) == Token("next")


@pytest.mark.parametrize(
    ("where", "survivor"),
    [
        ("before the file is on the disk", "old"),
        ("before the file takes its place", "old"),
        ("after the file took its place", "new"),
    ],
)
async def test_each_step_of_a_write_may_be_the_last(where: str, survivor: str, tmp_path: Path) -> None:
    """A process that dies at a given step leaves exactly the token that the step promises."""
    path = tmp_path / "token"
    await FileStore(path).save(Token("old", "old"), "ada")
    async with python(STOPPED, str(path), where) as stopped:
        assert await stopped.wait() == -signal.SIGKILL
    assert (await kept(path)).refresh_token == survivor


async def test_processes_take_turns(tmp_path: Path) -> None:
    """The right to renew is exclusive between processes: we get it when the other lets go, not before."""
    path = tmp_path / "token"
    async with python(HOLDER, str(path)) as holder:
        assert await said(holder) == "holding"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), FileStore(path).exclusive():
                raise AssertionError("two processes hold the lock")
        assert holder.stdin is not None
        holder.stdin.write(b"\n")
        async with asyncio.timeout(60), FileStore(path).exclusive():
            assert await said(holder) == "letting go"


async def test_a_dead_holder_lets_go(tmp_path: Path) -> None:
    """A process that is killed while it holds the right does not lock the others out."""
    path = tmp_path / "token"
    async with python(HOLDER, str(path)) as holder:
        assert await said(holder) == "holding"
        holder.kill()
        await holder.wait()
        async with asyncio.timeout(60), FileStore(path).exclusive():
            pass


async def test_counts_of_several_processes_add_up(tmp_path: Path) -> None:
    """No call is lost when processes count at the same time."""
    path, minute = tmp_path / "token", int(clock.wall() // 60)
    async with AsyncExitStack() as stack:
        counters = [await stack.enter_async_context(python(COUNTER, str(path), str(minute))) for _ in range(3)]
        assert await asyncio.gather(*(counter.wait() for counter in counters)) == [0, 0, 0]
    assert (await FileStore(path).count(Tally())).calls == {minute: 90}
