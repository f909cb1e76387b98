"""What pending jobs cost: the watcher of a session against a task per job that sleeps and looks.

Every variant runs in a process of its own. A look is an empty coroutine; each job is looked at three times, the
jobs begin within about a second, and both sides look at the same gaps.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Awaitable
from typing import Any, Final

from attrs import asdict, astuple, frozen

from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.jobs.poller import JobPoller, PollTarget
from asyncsdk.jobs.status_parser import StatusSnapshot
from asyncsdk.limits.policy import Usage
from asyncsdk.models import UploadReport
from benchmarks.lag import watched_loop
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

LOOKS: Final = 3
BATCHES: Final = 100
RUNNING: Final = StatusSnapshot("running", "The job is running.")
DONE: Final = StatusSnapshot("done", "SUCCESS")
REPORT: Final = UploadReport()
USAGE: Final = Usage(calls_made=0, calls_left=30_000, calls_reset_in=0.0, logins_left=5, logins_reset_in=0.0)


class Server:
    """Says that a job is running, and at the third look that it is done."""

    def __init__(self) -> None:
        self.looks = 0
        self._seen: dict[str, int] = {}

    async def look(self, target: PollTarget[Any]) -> tuple[StatusSnapshot, Any]:
        """Answer at once."""
        self.looks += 1
        seen = self._seen[target.job_id] = self._seen[target.job_id] + 1
        return (DONE, REPORT) if seen == LOOKS else (RUNNING, None)

    def begin(self, number: int) -> str:
        """Start a job; gives its id."""
        job_id = str(15_959_711 + number)
        self._seen[job_id] = 0
        return job_id


class Watched:
    """The library's way."""

    def __init__(self, server: Server, gap: float) -> None:
        self._watcher = JobPoller(server.look, PollPolicy(min_gap=gap, max_gap=gap), lambda: USAGE)

    def begin(self, job_id: str) -> Awaitable[Any]:
        """Watch a job."""
        return self._watcher.watch(PollTarget(UploadReport, job_id, "lists.create"), just_submitted=True)


class Awaited(Watched):
    """The library's way, with a task that awaits each job."""

    def begin(self, job_id: str) -> Awaitable[Any]:
        """Watch a job and await it."""
        job = super().begin(job_id)

        async def user() -> Any:
            return await job

        return asyncio.get_running_loop().create_task(user())


class TaskPerJob:
    """The obvious way."""

    def __init__(self, server: Server, gap: float) -> None:
        self._server = server
        self._gap = gap

    def begin(self, job_id: str) -> Awaitable[Any]:
        """Start a task that sleeps and looks until the job is done."""

        async def follow() -> Any:
            while True:
                await asyncio.sleep(self._gap)
                look, report = await self._server.look(PollTarget(UploadReport, job_id, "lists.create"))
                if look.state == "done":
                    return report

        return asyncio.get_running_loop().create_task(follow())


VARIANTS: Final = {"watcher": Watched, "watcher, each awaited": Awaited, "task per job": TaskPerJob}
CONTROL: Final = "task per job again"


@frozen
class Cost:
    """What one variant took."""

    bytes_per_job: float
    cpu_per_look: float
    lag_p99: float
    lag_longest: float


async def memory(variant: str, number: int) -> float:
    """Bytes per pending job, as Python's allocator counts them; the id and the list of jobs not counted."""
    server = Server()
    way = VARIANTS[variant](server, 600.0)
    ids = [server.begin(each) for each in range(number)]
    jobs: list[Awaitable[Any] | None] = [None] * number
    gc.collect()
    tracemalloc.start()
    for each, job_id in enumerate(ids):
        jobs[each] = way.begin(job_id)
        if each % 1000 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    tasks = [job for job in jobs if isinstance(job, asyncio.Task)]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return used / number


async def times(variant: str, number: int, gap: float) -> tuple[float, float, float]:
    """Microseconds of CPU per look, without the creation; milliseconds of lag, p99 and the longest."""
    server = Server()
    way = VARIANTS[variant](server, gap)
    jobs: list[Awaitable[Any]] = []
    ids = [server.begin(each) for each in range(number)]
    created = 0.0
    async with watched_loop() as lag:
        whole = _cpu()
        for batch in range(BATCHES):
            began = _cpu()
            jobs += [way.begin(job_id) for job_id in ids[batch::BATCHES]]
            created += _cpu() - began
            await asyncio.sleep(0.01)
        while server.looks < LOOKS * number:
            await asyncio.sleep(0.1)
        used = _cpu() - whole - created
    return used / server.looks * 1e6, lag.p99, lag.longest


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(variant: str, number: int, gap: float) -> Cost:
    """Measure one variant, in this process."""
    cpu_per_look, late, longest = asyncio.run(times(variant, number, gap))
    bytes_per_job = asyncio.run(memory(variant, number))
    return Cost(bytes_per_job, cpu_per_look, late, longest)


def measure(variant: str, number: int, gap: float) -> Cost:
    """Measure one variant in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.pending_jobs",
        "--run",
        variant.removesuffix(" again"),
        str(number),
        str(gap),
    ]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return Cost(**json.loads(told.stdout))


def _median(found: list[Cost]) -> Cost:
    return Cost(*(statistics.median(values) for values in zip(*map(astuple, found), strict=True)))


def rows(number: int, costs: dict[str, Cost]) -> list[Row]:
    """Ours against a task per job."""
    tasks = costs["task per job"]
    control = costs[CONTROL].cpu_per_look / tasks.cpu_per_look
    table = [Row(f"{CONTROL} / task per job, {number:,}: CPU (control)", control)]
    for variant, cost in costs.items():
        if variant == CONTROL:
            continue
        table += [
            Row(f"{variant}, {number:,}: memory per pending job", cost.bytes_per_job, "B"),
            Row(f"{variant}, {number:,}: CPU per look", cost.cpu_per_look, "us"),
        ]
        if variant == "watcher":
            bytes_ratio, cpu_ratio = (
                cost.bytes_per_job / tasks.bytes_per_job,
                cost.cpu_per_look / tasks.cpu_per_look,
            )
            table += [
                Row(f"{variant} / task per job, {number:,}: memory", bytes_ratio, goal=0.3, limit=0.5),
                Row(f"{variant} / task per job, {number:,}: CPU", cpu_ratio, goal=0.9),
            ]
        if variant == "watcher, each awaited":
            bytes_ratio = cost.bytes_per_job / tasks.bytes_per_job
            table.append(Row(f"{variant} / task per job, {number:,}: memory", bytes_ratio))
        goal = 5.0 if variant == "watcher" else None
        table += [
            Row(f"{variant}, {number:,}: loop lag p99", cost.lag_p99, "ms", goal=goal),
            Row(f"{variant}, {number:,}: loop lag, longest", cost.lag_longest, "ms"),
        ]
    return table


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a few seconds, with fewer jobs")
    parser.add_argument("--large", action="store_true", help="a hundred thousand jobs; two minutes")
    parser.add_argument("--run", nargs=3, metavar=("VARIANT", "JOBS", "GAP"), help="one variant, printed as JSON")
    chosen = parser.parse_args()
    if chosen.run is not None:
        variant, number, gap = chosen.run
        print(json.dumps(asdict(run(variant, int(number), float(gap)))))
        return
    number, gap, rounds = 10_000, 1.5, 3
    if chosen.quick:
        number, gap, rounds = 2_000, 0.5, 1
    elif chosen.large:
        number, gap, rounds = 100_000, 5.0, 1
    costs: dict[str, list[Cost]] = {variant: [] for variant in (*VARIANTS, CONTROL)}
    for _ in range(rounds):
        for variant, found in costs.items():
            found.append(measure(variant, number, gap))
    middle = {variant: _median(found) for variant, found in costs.items()}
    with reporting("pending_jobs_large" if chosen.large else "pending_jobs", chosen) as report:
        title = f"Pending jobs: {number:,} jobs, {LOOKS} looks each, {gap:g} s apart, {rounds} each"
        report.show(title, rows(number, middle))


if __name__ == "__main__":
    main()
