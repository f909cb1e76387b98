"""State file: what processes find in it after one of them was killed or stopped, and after it was harmed."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncsdk import clock
from asyncsdk.limits.shared import state_layout as layout
from asyncsdk.limits.shared.account_state import AccountState, DayCount, Hold, LoginRecord, Member, WaitingProcess
from asyncsdk.limits.shared.boot import move_times
from asyncsdk.limits.shared.state_file import LockHeld, StateFile, read_state
from asyncsdk.limits.shared.stuck_file import replace_stuck, stuck_since
from tests.support.forked import fork
from tests.support.virtual_time import VirtualLoop, virtual_time

R = TypeVar("R")

MINUTE = 29_333_333


class Home:
    """One process's side of a state file, which remembers with what a new state began."""

    def __init__(self, path: Path) -> None:
        self.begun: list[tuple[float, bool]] = []
        self.other_machines = 0
        self.file = StateFile(path, self._begin, self._note_other)

    def _begin(self, day: DayCount, since: float, is_new: bool) -> AccountState:
        self.begun.append((since, is_new))
        now = clock.monotonic()
        day.forget_before(MINUTE - 1_440)
        return AccountState(f"epoch {len(self.begun)}", since, now, 0.05, day=day)

    def _note_other(self) -> None:
        self.other_machines += 1

    def count(self, calls: int = 1) -> int:
        """Count calls, once the lock is free; gives how many are counted."""

        def step(state: AccountState) -> int:
            state.day.add(MINUTE, calls)
            return state.day.made

        return self.at_last(step)

    def at_last(self, step: Callable[[AccountState], R]) -> R:
        """Carry out a step as soon as that is possible."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.file.change(step)
            except LockHeld:
                assert time.monotonic() < deadline
                time.sleep(0.001)


def fill(state: AccountState) -> None:
    """Put something of each kind into a state."""
    now = clock.monotonic()
    state.holds = [Hold("p", 1, now + 1, now, False, 1, MINUTE, 1.5), Hold("p", 2, now + 1, now, True)]
    state.waiting = [WaitingProcess("p", 2, 1, 3, now + 0.5)]
    state.members = {"p": Member(now, 5, 1.0)}
    state.logins = [LoginRecord(1.5, "p", 1)]
    state.closed_until = now + 2.0


def test_two_processes_count_together(tmp_path: Path) -> None:
    """Each finds what the other one has changed."""
    one, other = Home(tmp_path / "f"), Home(tmp_path / "f")
    assert [one.count(), other.count(), other.count(), one.count()] == [1, 2, 3, 4]
    assert (len(one.begun), len(other.begun)) == (1, 0)
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600
    kept = read_state(tmp_path / "f")
    assert kept is not None
    assert kept.day.made == 4


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_bytes_begin_anew_or_change_nothing(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever stands in the file, a process goes on with the state that was kept, or with a new one."""
    path = tmp_path / "f"
    path.unlink(missing_ok=True)
    Home(path).at_last(fill)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    harm = data.draw(st.one_of(st.binary(min_size=1, max_size=40), st.just(b"")))
    path.write_bytes(bytes(content[:at]) + harm + (bytes(content[at + len(harm) :]) if harm else b""))
    home = Home(path)
    assert home.count() == 1
    assert home.at_last(lambda state: sum(state.day.between(0, 2 * MINUTE).values())) == 1
    assert [is_new for _, is_new in home.begun] in ([], [False], [True])
    assert len(home.at_last(lambda state: state.holds)) == (0 if home.begun else 2)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 400))
def test_a_writer_that_was_killed_at_any_byte_is_noticed(tmp_path: Path, written: int) -> None:
    """A state that was written in part is never taken for one."""
    path = tmp_path / "f"
    path.unlink(missing_ok=True)
    home = Home(path)
    home.at_last(fill)
    before = path.read_bytes()
    home.count(5)
    after = path.read_bytes()
    cut = layout.STATE_AT + written
    path.write_bytes(after[:cut] + before[cut:])
    other = Home(path)
    mixed = path.read_bytes()
    assert other.count(0) == (5 if mixed == after else 0)
    state_at = layout.STATE_AT + 8  # the serial number alone changes nothing
    assert len(other.begun) == (0 if mixed[state_at:] in {before[state_at:], after[state_at:]} else 1)


@pytest.mark.slow
def test_a_lost_state_was_used_until_its_file_was_changed(tmp_path: Path) -> None:
    """A new state knows until when calls may have been let through: until the harm, not until that is seen."""
    home = Home(tmp_path / "f")
    home.count()
    before = clock.monotonic()
    (tmp_path / "f").write_bytes(b"\xff garbage" * 2_000)
    after = clock.monotonic()
    time.sleep(0.3)
    home.count()
    since, is_new = home.begun[-1]
    assert not is_new
    assert before - 0.01 < since < after + 0.15


def test_a_deleted_file_is_written_again_by_whoever_has_it_open(tmp_path: Path) -> None:
    """Nothing is lost with the name while one process lives that used the file."""
    one, other = Home(tmp_path / "f"), Home(tmp_path / "f")
    one.count()
    other.count()
    (tmp_path / "f").unlink()
    assert [one.count(), other.count()] == [3, 4]
    assert len(one.begun) + len(other.begun) == 1


def test_a_state_of_another_boot_goes_on_with_its_day(tmp_path: Path) -> None:
    """After a reboot the day still counts, and all times are over; nobody is warned of another machine."""
    home = Home(tmp_path / "f")
    home.count(7)
    home.at_last(fill)
    write_as_other_boot(tmp_path / "f", written=time.time() - 60)
    other = Home(tmp_path / "f")
    assert other.count(1) == 8
    assert other.at_last(lambda state: sum(hold.free_at > clock.monotonic() for hold in state.holds)) == 0
    assert (other.begun, other.other_machines) == ([], 0)


@virtual_time
async def test_another_machine_is_noticed_and_its_times_are_understood(tmp_path: Path) -> None:
    """A state that another machine wrote a moment ago is warned of; its places are held as long as it said."""
    home = Home(tmp_path / "f")
    home.at_last(fill)
    write_as_other_boot(tmp_path / "f", written=clock.wall() - 0.25)
    other = Home(tmp_path / "f")
    free_in = other.at_last(lambda state: state.holds[0].free_at - clock.monotonic())
    assert free_in == pytest.approx(0.75)
    assert (other.begun, other.other_machines) == ([], 1)


def write_as_other_boot(path: Path, written: float) -> None:
    """Write the state of a file again, as a machine would have whose clock is 10,000 s ahead."""
    kept = layout.unpack(path.read_bytes())
    move_times(kept.state, 10_000.0)
    head, text = layout.pack(kept.state, kept.day, kept.head, boot="another boot", wall=written)
    with path.open("r+b") as file:
        file.seek(layout.STATE_AT)
        file.write(head + text)


@contextmanager
def stopped_holder(path: Path) -> Generator[None]:
    """A process that was stopped while it held the lock of a file."""
    program = (
        "import fcntl, os, signal, sys\n"
        "handle = os.open(sys.argv[1], os.O_RDWR)\n"
        "fcntl.flock(handle, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGSTOP)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE)  # noqa: S603
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        os.waitpid(holder.pid, os.WUNTRACED)
        yield
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate()


@pytest.mark.slow
def test_a_lock_whose_holder_is_stopped_is_gone_round(tmp_path: Path) -> None:
    """A process that is stopped inside its step holds up nobody; the next state knows since when it was held."""
    path = tmp_path / "f"
    home = Home(path)
    home.count()
    with stopped_holder(path):
        began = clock.monotonic()
        assert home.count() == 1  # a new state
        since, is_new = home.begun[-1]
        assert began <= since <= clock.monotonic() - 0.2
    assert not is_new
    assert [each.name for each in tmp_path.iterdir()] == ["f"]


@pytest.mark.parametrize(("stands_still", "known"), [(0.0, True), (5.0, False)])
@virtual_time
async def test_who_stood_still_itself_does_not_say_since_when_a_lock_was_held(
    tmp_path: Path, stands_still: float, known: bool
) -> None:
    """Others may have gone round the lock meanwhile, and may have let calls through."""
    path, loop = tmp_path / "f", asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    path.write_bytes(b"held")
    status = path.stat()

    def has_changed() -> bool:
        loop.now += stands_still
        return False

    replace_stuck(path, (status.st_dev, status.st_ino), -1.0, has_changed)
    assert stuck_since(path.read_bytes()) == (-1.0 if known else 5.0)


def test_a_step_whose_file_was_replaced_meanwhile_does_not_count(tmp_path: Path) -> None:
    """What a process that was stopped in the middle did is not believed when it goes on."""
    home = Home(tmp_path / "f")
    home.count()

    def replaced(state: AccountState) -> None:
        other = tmp_path / "other"
        other.write_bytes(b"!")
        other.replace(tmp_path / "f")

    with pytest.raises(LockHeld):
        home.file.change(replaced)
    assert home.count() == 1


def test_a_forked_process_has_a_lock_of_its_own(tmp_path: Path) -> None:
    """The lock that a process holds is held against a child, too, that has inherited the open file."""
    home = Home(tmp_path / "f")
    home.count()

    def in_child(state: AccountState) -> int:
        child = fork()
        if child == 0:
            try:
                home.file.change(lambda _: None)
            except LockHeld:
                os._exit(7)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert home.at_last(in_child) == 7
    assert home.count() == 2


@pytest.mark.slow
def test_a_full_disk_is_an_error_and_grants_nothing(tmp_path: Path) -> None:
    """A state that is written in part is an error for who wrote it, and the next one begins anew."""
    path = tmp_path / "f"
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.limits.shared.test_state_file import Home, fill\n"
        "home = Home(Path(sys.argv[1]))\n"
        "home.count()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8_300, 8_300))\n"
        "try:\n"
        "    home.at_last(fill)\n"
        "except OSError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True, text=True)  # noqa: S603
    assert run.stdout.endswith(("No space left on device\n", "File too large\n"))
    home = Home(path)
    assert home.count() == 1
    assert [is_new for _, is_new in home.begun] == [False]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "no folder"])
def test_what_is_no_file_of_ours_is_an_error_at_once(tmp_path: Path, kind: str) -> None:
    """A folder, a pipe or a link in its place is neither waited for nor followed."""
    path = tmp_path / "f"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            (tmp_path / "precious").write_text("kept")
            path.symlink_to(tmp_path / "precious")
        case _:
            (tmp_path / "x").write_text("")
            path = tmp_path / "x" / "f"
    began = time.monotonic()
    with pytest.raises(OSError, match=r"regular file|directory|Is a|symbolic link|File exists"):
        Home(path).count()
    assert time.monotonic() - began < 60
    assert kind != "link" or (tmp_path / "precious").read_text() == "kept"


@pytest.mark.slow
def test_a_lock_that_is_held_for_a_moment_is_left_alone(tmp_path: Path) -> None:
    """Only a lock that is held while nothing changes is taken for a stopped process's."""
    home, other = Home(tmp_path / "f"), Home(tmp_path / "f")
    home.count()
    inode = (tmp_path / "f").stat().st_ino
    for _ in range(30):
        handle = os.open(tmp_path / "f", os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(LockHeld):
            home.file.change(lambda _: None)
        os.close(handle)
        other.count()
        time.sleep(0.01)
    assert (tmp_path / "f").stat().st_ino == inode
