"""What pending jobs cost: the watcher of a session against a task per job that sleeps and looks.

Every variant runs in a process of its own. A look is an empty coroutine; each job is looked at three times, at the
ages that the watcher's law of durations gives, which the watcher works out and the tasks are told. The jobs begin a
hundred at a time within a second or two. Each process also measures what it costs to run a look as a new task, with
no schedule at all: no looks in tasks of their own can cost less.
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
from collections.abc import Awaitable, Callable, Mapping
from itertools import accumulate, pairwise
from typing import Any, Final

from attrs import asdict, astuple, frozen

from asyncsdk.jobs.poll_schedule import DurationEstimate, PollPolicy
from asyncsdk.jobs.poller import JobPoller, PollTarget
from asyncsdk.jobs.status_parser import StatusSnapshot
from asyncsdk.limits.policy import Usage
from asyncsdk.models import UploadReport
from benchmarks.lag import watched_loop
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

LOOKS: Final = 3
BATCH: Final = 100
"""Jobs that begin together; a program that begins more at once holds up its own loop."""
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
        """Answer the watcher at once."""
        return self._answer(target.job_id)

    async def look_at(self, job_id: str) -> tuple[StatusSnapshot, Any]:
        """Answer a task at once."""
        return self._answer(job_id)

    def _answer(self, job_id: str) -> tuple[StatusSnapshot, Any]:
        self.looks += 1
        seen = self._seen[job_id] = self._seen[job_id] + 1
        return (DONE, REPORT) if seen == LOOKS else (RUNNING, None)

    def begin(self, number: int) -> str:
        """Start a job; gives its id."""
        job_id = str(15_959_711 + number)
        self._seen[job_id] = 0
        return job_id


def policy_with(price: float) -> PollPolicy:
    """The policy: the lower the price of a look, the sooner the looks."""
    return PollPolicy(price=price, min_gap=min(price, PollPolicy().min_gap))


def gaps_at(price: float) -> list[float]:
    """Seconds before each look at a job, while nothing is known of jobs before it."""
    ages = [0.0]
    for _ in range(LOOKS):
        ages.append(DurationEstimate().next_poll_age(ages[-1], policy_with(price), price))
    return [later - age for age, later in pairwise(ages)]


class Watched:
    """The library's way."""

    def __init__(self, server: Server, price: float) -> None:
        self._watcher = JobPoller(server.look, policy_with(price), lambda: USAGE)

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

    def __init__(self, server: Server, price: float) -> None:
        self._server = server
        self._gaps = gaps_at(price)

    def begin(self, job_id: str) -> Awaitable[Any]:
        """Start a task that sleeps and looks until the job is done."""

        async def follow() -> Any:
            for gap in self._gaps:
                await asyncio.sleep(gap)
                look, report = await self._server.look_at(job_id)
                if look.state == "done":
                    return report
            return None

        return asyncio.get_running_loop().create_task(follow())


LARGE: Final = 100_000
VARIANTS: Final[Mapping[str, Callable[[Server, float], Watched | TaskPerJob]]] = {
    "watcher": Watched,
    "watcher, each awaited": Awaited,
    "task per job": TaskPerJob,
}
CONTROL: Final = "task per job again"


@frozen
class Cost:
    """What one variant took."""

    bytes_per_job: float
    cpu_per_look: float
    cpu_per_job: float
    lag_p99: float
    lag_longest: float
    cpu_per_task: float
    idle_lag_p99: float


async def memory(variant: str, number: int) -> float:
    """Bytes per pending job, as Python's allocator counts them; the id and the list of jobs not counted."""
    server = Server()
    way = VARIANTS[variant](server, 1e6)  # too dear for a look before max_gap: none comes while it is measured
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


async def times(variant: str, number: int, price: float) -> tuple[float, float, float, float]:
    """Microseconds of CPU per look, without the creation, and per job, with it; lag in ms, p99 and the longest."""
    server = Server()
    way = VARIANTS[variant](server, price)
    jobs: list[Awaitable[Any]] = []
    ids = [server.begin(each) for each in range(number)]
    created = 0.0
    async with watched_loop() as lag:
        whole = _cpu()
        for batch in range(0, number, BATCH):
            began = _cpu()
            jobs += [way.begin(job_id) for job_id in ids[batch : batch + BATCH]]
            created += _cpu() - began
            await asyncio.sleep(BATCH / number)
        while server.looks < LOOKS * number:
            await asyncio.sleep(0.1)
        used = _cpu() - whole
    return (used - created) / server.looks * 1e6, used / number * 1e6, lag.p99, lag.longest


async def task_per_look(number: int) -> float:
    """Microseconds of CPU per look in a task of its own, a hundred tasks at a time; nothing says when to look."""
    server = Server()
    ids = [server.begin(each) for each in range(number)]
    loop = asyncio.get_running_loop()
    began = _cpu()
    for _ in range(LOOKS):
        for batch in range(0, number, BATCH):
            tasks = [loop.create_task(server.look_at(job_id)) for job_id in ids[batch : batch + BATCH]]
            for task in tasks:
                await task
    return (_cpu() - began) / server.looks * 1e6


async def idle_lag() -> float:
    """Milliseconds of lag, p99, of a loop without any work: what other programs on this machine cost."""
    async with watched_loop() as lag:
        await asyncio.sleep(2.0)
    return lag.p99


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(variant: str, number: int, price: float) -> Cost:
    """Measure one variant, in this process."""
    found = asyncio.run(times(variant, number, price))
    cpu_per_task = asyncio.run(task_per_look(number))
    idle = asyncio.run(idle_lag())
    return Cost(asyncio.run(memory(variant, number)), *found, cpu_per_task, idle)


def measure(variant: str, number: int, price: float) -> Cost:
    """Measure one variant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.pending_jobs", "--run"]
    command += [variant.removesuffix(" again"), str(number), str(price)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return Cost(**json.loads(told.stdout))


def _median(found: list[Cost]) -> Cost:
    return Cost(*(statistics.median(values) for values in zip(*map(astuple, found), strict=True)))


def rows(number: int, costs: dict[str, Cost]) -> list[Row]:
    """Ours against a task per job."""
    tasks = costs["task per job"]
    control = costs[CONTROL].cpu_per_look / tasks.cpu_per_look
    goal = 0.35 if number >= LARGE else 0.9
    table = [Row(f"{CONTROL} / task per job, {number:,}: CPU (control)", control)]
    for variant in VARIANTS:
        cost = costs[variant]
        bytes_ratio = cost.bytes_per_job / tasks.bytes_per_job
        table += [
            Row(f"{variant}, {number:,}: memory per pending job", cost.bytes_per_job, "B"),
            Row(f"{variant}, {number:,}: CPU per look", cost.cpu_per_look, "us"),
        ]
        if variant == "watcher":
            cpu_ratio = cost.cpu_per_look / tasks.cpu_per_look
            job_ratio = cost.cpu_per_job / tasks.cpu_per_job
            table += [
                Row(f"{variant} / task per job, {number:,}: memory", bytes_ratio, goal=0.3, limit=0.5),
                Row(f"{variant} / task per job, {number:,}: CPU", cpu_ratio, goal=goal),
                Row(f"{variant} / task per job, {number:,}: CPU with the creation", job_ratio),
                Row(f"{variant} / a new task per look, {number:,}: CPU", cost.cpu_per_look / cost.cpu_per_task),
            ]
        if variant == "watcher, each awaited":
            table.append(Row(f"{variant} / task per job, {number:,}: memory", bytes_ratio))
        lag_goal = 5.0 if variant == "watcher" else None
        table += [
            Row(f"{variant}, {number:,}: loop lag p99", cost.lag_p99, "ms", goal=lag_goal),
            Row(f"{variant}, {number:,}: loop lag p99 of an idle loop (control)", cost.idle_lag_p99, "ms"),
            Row(f"{variant}, {number:,}: loop lag, longest", cost.lag_longest, "ms"),
        ]
    return table


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="under a minute, with fewer jobs")
    parser.add_argument("--large", action="store_true", help="a hundred thousand jobs; two minutes")
    parser.add_argument("--run", nargs=3, metavar=("VARIANT", "JOBS", "PRICE"), help="one variant, printed as JSON")
    chosen = parser.parse_args()
    if chosen.run is not None:
        variant, number, price = chosen.run
        print(json.dumps(asdict(run(variant, int(number), float(price)))))
        return
    if chosen.quick and chosen.large:
        parser.error("--quick and --large exclude each other.")
    number, price, rounds = 10_000, 0.5, 3
    if chosen.quick:
        number, price, rounds = 2_000, 0.2, 1
    elif chosen.large:
        number, price, rounds = LARGE, PollPolicy().price, 1
    costs: dict[str, list[Cost]] = {variant: [] for variant in (*VARIANTS, CONTROL)}
    for _ in range(rounds):
        for variant, found in costs.items():
            found.append(measure(variant, number, price))
    middle = {variant: _median(found) for variant, found in costs.items()}
    with reporting("pending_jobs_large" if chosen.large else "pending_jobs", chosen) as report:
        ages = ", ".join(f"{age:.1f}" for age in accumulate(gaps_at(price)))
        title = f"Pending jobs: {number:,} jobs, {LOOKS} looks each, at about {ages} s, {rounds} each"
        report.show(title, rows(number, middle))


if __name__ == "__main__":
    main()
