"""A run with a vault: what it keeps there, when, and what it does when it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from asyncsdk import (
    CLEAR,
    APIError,
    BulkProgress,
    InvalidArgument,
    Limits,
    NotSent,
    RunInUse,
    StoreFailed,
    VaultJournal,
)
from asyncsdk.emulator import Pass, Reply
from tests.support.leads import LIST, added_up, held, leads, people, writes
from tests.support.stage import issued, outcome, session
from tests.support.virtual_time import virtual_time

ROWS = [*people(20), {"email": "nobody"}]
WAYS = pytest.mark.parametrize("via", ["records", "upload"])


class MemoryVault:
    """Vault of one run for several holders in one process, with faults."""

    def __init__(self) -> None:
        self.copy: bytes | None = None
        self.holder: object = None
        self.keeps = 0
        self.fails: Exception | None = None

    def journal(self, **options: Any) -> VaultJournal:
        """A journal as another process has it."""
        return VaultJournal(_Holder(self), "import-1", **options)


class _Holder:
    def __init__(self, vault: MemoryVault) -> None:
        self._vault = vault

    async def take(self) -> bytes | None:
        if self._vault.holder is not None:
            raise RunInUse
        self._vault.holder = self
        return self._vault.copy

    async def keep(self, copy: bytes) -> None:
        await asyncio.sleep(0)
        if self._vault.fails is not None:
            raise self._vault.fails
        if self._vault.holder is not self:
            raise RunInUse
        self._vault.copy = copy
        self._vault.keeps += 1

    async def give_back(self) -> None:
        if self._vault.holder is self:
            self._vault.holder = None


def at(stage: str, act: Callable[[], object]) -> Callable[[BulkProgress], None]:
    """Do something when a run has come to a stage for the first time."""
    left = [1]

    def see(progress: BulkProgress) -> None:
        if progress.stage == stage and left:
            left.pop()
            act()

    return see


@WAYS
@virtual_time
async def test_a_finished_run_sends_nothing_on_another_machine(via: Any) -> None:
    """The copy in the vault is enough: the next process gives the same report, and says that it went on."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        first = await acton.bulk.upsert(LIST, ROWS, via=via, journal=vault.journal())
        sent = writes(server)
        again = await acton.bulk.upsert(LIST, ROWS, via=via, journal=vault.journal())
        assert writes(server) == sent
        assert (first.created, again.created, again.rejected) == (20, 20, 1)
        assert (first.resumed, again.resumed, vault.holder) == (False, True, None)


@WAYS
@virtual_time
async def test_a_second_run_sends_nothing(via: Any) -> None:
    """While one works, another is refused, with its own object or the same one, and the first goes on."""
    vault = MemoryVault()
    journal = vault.journal()
    async with leads() as (server, acton):
        run = acton.bulk.start(LIST, ROWS, via=via, journal=journal)
        await server.calls.arrived("contacts.upsert" if via == "records" else "lists.merge")
        for second in (journal, vault.journal()):
            with pytest.raises(RunInUse, match=r"The run import-1 is at work elsewhere\. Nothing was sent"):
                await acton.bulk.upsert(LIST, ROWS, via=via, journal=second)
        assert (await run).created == 20
        assert writes(server) == {"records": 20, "upload": 1}[via]


@WAYS
@virtual_time
async def test_a_run_that_was_taken_ends(via: Any) -> None:
    """While it waits it learns that another process has it, and sends nothing more; it leaves that one alone."""
    vault = MemoryVault()
    async with leads(job_running=3000.0) as (server, acton):

        def take() -> None:
            vault.holder = "another"

        first = {"records": "sending", "upload": "waiting"}[via]
        run = acton.bulk.upsert(LIST, people(200), via=via, journal=vault.journal(), on_progress=at(first, take))
        with pytest.raises(RunInUse, match="Another process has taken up the run import-1"):
            await run
        assert vault.holder == "another"
        assert asyncio.get_running_loop().time() < 60
        assert writes(server) < 20


@pytest.mark.slow
@WAYS
@virtual_time
async def test_a_cancelled_run_is_given_back_with_all_that_it_did(via: Any) -> None:
    """The next one goes on at once, and sends no row a second time."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        run = acton.bulk.start(LIST, people(60), via=via, journal=vault.journal())
        async for progress in run:
            if progress.rows_done == 9 or progress.stage == "waiting":
                run.cancel()
        await asyncio.wait([asyncio.ensure_future(outcome_or_cancelled(run))])
        assert vault.holder is None
        report = await acton.bulk.upsert(LIST, people(60), via=via, journal=vault.journal())
        assert (added_up(report), len(held(server)), report.unknown) == (True, 60, 0)
        assert writes(server) <= {"records": 60 + 16, "upload": 1}[via]


async def outcome_or_cancelled(run: Any) -> object:
    """The outcome of a run that was cancelled, perhaps."""
    try:
        return await run
    except asyncio.CancelledError as error:
        return error


@WAYS
@virtual_time
async def test_a_vault_that_fails_ends_the_run(via: Any) -> None:
    """In an error of this library, whatever the vault raises; when it works again the run goes on."""
    vault = MemoryVault()
    vault.fails = KeyError("bucket of ada@example.com")
    async with leads() as (server, acton):
        error = await outcome(acton.bulk.upsert(LIST, ROWS, via=via, journal=vault.journal()))
        assert isinstance(error, StoreFailed)
        assert "The vault of the run import-1 cannot be used: KeyError." in str(error)
        assert "ada@" not in str(error)
        assert (writes(server), vault.holder) == (0, None)
        vault.fails = None
        assert (await acton.bulk.upsert(LIST, ROWS, via=via, journal=vault.journal())).created == 20


@virtual_time
async def test_the_last_piece_waits_for_the_vault() -> None:
    """A vault that fails while the file is being sent keeps its last bytes back: Act-On has nothing of it."""
    vault = MemoryVault()
    async with leads() as (server, acton):

        def fail() -> None:
            vault.fails = StoreFailed("The bucket is full.")

        holder = vault.journal()
        keep = holder.vault.keep

        async def keep_twice(copy: bytes) -> None:
            if vault.keeps == 2:  # what was decided, and that the file is about to be sent
                fail()
            await keep(copy)

        holder.vault.keep = keep_twice  # type: ignore[method-assign]
        error = await outcome(acton.bulk.upsert(LIST, ROWS, via="upload", journal=holder))
        assert isinstance(error, StoreFailed)
        assert "The bucket is full." in str(error)
        assert [call.status for call in server.calls.of("lists.merge") if call.status == 200] == []
        vault.fails = None
        report = await acton.bulk.upsert(LIST, ROWS, via="upload", journal=vault.journal())
        assert (report.created, report.unknown, asyncio.get_running_loop().time() < 30) == (20, 0, True)


@virtual_time
async def test_a_loss_that_is_learned_at_the_end_cancels_nobody() -> None:
    """A run that ends in an error, while a copy is under way, ends in that error; the program's task goes on."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        journal = vault.journal()
        keep = journal.vault.keep

        async def keep_late(copy: bytes) -> None:
            if vault.keeps:  # what nobody waits for, a second later
                await asyncio.sleep(2)
                vault.holder = "another"
            await keep(copy)

        journal.vault.keep = keep_late  # type: ignore[method-assign]
        server.faults.add(Pass(), on="contacts.upsert", times=9)
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="contacts.upsert", times=99)
        error = await outcome(acton.bulk.upsert(LIST, people(12), via="records", journal=journal))
        assert isinstance(error, APIError)
        await asyncio.sleep(1)
        task = asyncio.current_task()
        assert (vault.holder, task is not None and task.cancelling()) == ("another", 0)


@virtual_time
async def test_a_vault_that_is_away_for_a_moment_costs_a_pause() -> None:
    """``NotSent`` says that it may come back: the file is sent again a little later."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        holder = vault.journal()
        keep, left = holder.vault.keep, [NotSent("away")]

        async def keep_but_once(copy: bytes) -> None:
            if vault.keeps == 2 and left:
                raise left.pop()
            await keep(copy)

        holder.vault.keep = keep_but_once  # type: ignore[method-assign]
        report = await acton.bulk.upsert(LIST, ROWS, via="upload", journal=holder)
        assert (report.created, len(held(server))) == (20, 20)


@virtual_time
async def test_a_refusal_is_known_to_the_next_process() -> None:
    """Act-On has nothing of a file that it refused: the next process sends it at once, and looks for nothing."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="lists.merge")
        await outcome(acton.bulk.upsert(LIST, ROWS, via="upload", journal=vault.journal()))
        looked = len(server.calls.of("lists.download"))
        report = await acton.bulk.upsert(LIST, ROWS, via="upload", journal=vault.journal())
        assert (report.created, len(server.calls.of("lists.download")) - looked) == (20, 1)  # the columns


@WAYS
@virtual_time
async def test_a_vault_that_is_slower_than_its_lease_is_told(via: Any) -> None:
    """Nobody can be sure of the run then: nothing is sent."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        with pytest.raises(StoreFailed, match="takes longer to keep a copy than the 1e-09 s"):
            await acton.bulk.upsert(LIST, ROWS, via=via, journal=vault.journal(lease_seconds=1e-9))
        assert (writes(server), vault.holder) == (0, None)


@pytest.mark.slow
@virtual_time
async def test_many_runs_at_once_wait_for_no_thread() -> None:
    """More runs than the event loop has threads, with a vault that needs one for each copy."""
    limits = Limits(calls_per_second=60)
    async with leads(calls_per_second=None) as (server, _):
        async with session(server, token=issued(server), limits=limits) as acton:
            runs = [
                acton.bulk.upsert(LIST, people(3), via="upload", journal=VaultJournal(InThreads(), f"run-{n}"))
                for n in range(40)
            ]
            reports = await asyncio.gather(*runs)
        assert sum(report.created + report.updated for report in reports) == 120


class InThreads:
    """Vault that takes a thread for everything, as one of files does."""

    async def take(self) -> bytes | None:
        """Take the run."""
        return await asyncio.to_thread(lambda: None)

    async def keep(self, copy: bytes) -> None:
        """Keep a copy."""
        await asyncio.to_thread(len, copy)

    async def give_back(self) -> None:
        """Let others have it."""
        await asyncio.to_thread(int)


@virtual_time
async def test_other_rows_are_refused() -> None:
    """As with a journal on disk: nothing is sent, and the run can go on with its own rows."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="lists.merge")
        await outcome(acton.bulk.upsert(LIST, ROWS, via="upload", journal=vault.journal()))
        sent = writes(server)
        with pytest.raises(InvalidArgument, match=r"The journal import-1 belongs to another run.*Nothing was sent"):
            await acton.bulk.upsert(LIST, people(21), journal=vault.journal())
        assert (writes(server), vault.holder) == (sent, None)
        assert (await acton.bulk.upsert(LIST, ROWS, journal=vault.journal())).created == 20


@virtual_time
async def test_fresh_forgets_the_run_in_the_vault(caplog: pytest.LogCaptureFixture) -> None:
    """The rows are sent anew; the log says that a run was forgotten which was not finished."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="lists.merge")
        await outcome(acton.bulk.upsert(LIST, ROWS, via="upload", journal=vault.journal()))
        report = await acton.bulk.upsert(LIST, people(5), journal=vault.journal(), journal_mode="fresh")
        assert (report.created, report.resumed) == (5, False)
        assert "The run of the journal import-1 is not finished: it is forgotten" in caplog.text


@pytest.mark.slow
@virtual_time
async def test_rows_that_go_one_by_one_are_kept_once_a_second() -> None:
    """A copy for each row would take longer than the rows."""
    vault = MemoryVault()
    async with leads() as (_, acton):
        rows = [*people(100), {"email": "gone@example.com", "City": CLEAR}]
        report = await acton.bulk.upsert(LIST, rows, via="records", journal=vault.journal())
        assert report.created + report.updated == 101
        assert asyncio.get_running_loop().time() / 2 < vault.keeps < asyncio.get_running_loop().time() + 10


@pytest.mark.parametrize(
    "copy", [b"", b"junk", b"SQLite format 3\0" + b"x" * 5000, b"SQLite format 3\0", "text", 5], ids=repr
)
@virtual_time
async def test_what_is_no_copy_is_refused(copy: Any) -> None:
    """Nothing is sent, the vault keeps what it has, and the run is given back."""
    vault = MemoryVault()
    vault.copy = copy
    async with leads() as (server, acton):
        with pytest.raises(StoreFailed, match="The journal import-1 cannot be used: what the vault holds"):
            await acton.bulk.upsert(LIST, ROWS, journal=vault.journal())
        assert (writes(server), vault.copy, vault.holder) == (0, copy, None)


@pytest.mark.parametrize(
    ("vault", "name", "says"),
    [("bucket", "import-1", "methods take, keep and give_back"), (MemoryVault, "", "methods take")],
)
def test_what_is_no_vault_is_refused(vault: Any, name: str, says: str) -> None:
    """Before there is a run."""
    with pytest.raises(InvalidArgument, match=says):
        VaultJournal(vault, name)


def test_a_run_needs_a_name() -> None:
    """It stands in messages."""
    for name in ("", 5):
        with pytest.raises(InvalidArgument, match="The name of a run is a text"):
            VaultJournal(_Holder(MemoryVault()), name)  # type: ignore[arg-type]
