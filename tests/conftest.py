"""Settings of all tests: hypothesis runs the same examples every time, and writes nothing beside the code."""

from __future__ import annotations

import gc
import os
import signal
from collections import Counter
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# No test asks a server of the internet: hundreds of processes need not read the certificates of this machine, which
# is a tenth of what each of them works until it does something.
os.environ["SSL_CERT_FILE"] = os.environ["SSL_CERT_DIR"] = os.devnull

# Programs that tests start inherit what is ignored, as under `nohup` or in the background of a shell; not what is
# handled.
for number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)

pytest_plugins = ["asyncsdk.testing", "tests.support.counted_tests", "tests.support.redis_fixtures"]

settings.register_profile(
    "asyncsdk",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("asyncsdk")

LONG = (
    "auth/test_store_processes.py",
    "bulk/test_killed.py",
    "fleet/queue_journal/test_killed.py",
    "fleet/queue_journal/test_moving.py",
    "fleet/taskiq/test_broker_deaths.py",
    "fleet/taskiq/test_retries_of_workers.py",
    "fleet/taskiq/test_stopping.py",
    "fleet/test_processes.py",
    "fleet/test_processes_by_file.py",
    "fleet/test_processes_by_redis.py",
    "fleet/test_runs_frozen.py",
    "limits/test_rate_across_processes.py",
    "queue/test_chaos.py",
    "queue/test_failures.py",
    "queue/test_folder_chaos.py",
    "queue/test_folder_processes.py",
    "queue/test_killed.py",
    "queue/test_shared_chaos.py",
    "redis/test_outage.py",
)
"""Files of tests that start processes and kill or stop them at one point after the other, or draw many lives at
random. Of each, `make test` runs one test in four, always the same ones, and `make long` the others."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the tests themselves, which live to the end, out of every collection of garbage."""
    # On its first test hypothesis looks for its random numbers among what is collected, so it has that test before.
    given(st.none())(lambda _: None)()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that only `make long` runs."""
    found: Counter[str] = Counter()
    for item in items:
        file = "/".join(item.path.parts).partition("/tests/")[2]
        if file in LONG and item.get_closest_marker("slow") is not None:
            if found[file] % 4:
                item.add_marker(pytest.mark.long)
            found[file] += 1
