"""What a test takes with ``acton_fast``, next to the same test without it, in pytest processes of their own.

The test makes 20 upserts and one ``queue.put(wait=True)``. Each is measured from the start of its fixtures to their
end, so the emulator's start and stop are included; the first test of a process also imports everything.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from attrs import frozen

from benchmarks.report import arguments, reporting
from benchmarks.table import Row

CONFTEST: Final = 'pytest_plugins = ["asyncsdk.testing"]\n'

TESTS: Final = """
import pytest


@pytest.mark.parametrize("number", range({number}))
async def test_a_sign_up(acton, acton_server, number):
    leads = acton_server.add_list("Leads", ["Email", "First Name"])
    for each in range(20):
        await acton.contacts.upsert(leads, email=f"p{{each}}@example.com", data={{"First Name": "Ada"}})
    async with acton.contacts.queue(leads) as queue:
        await queue.put("ada@example.com", {{"First Name": "Ada"}}, wait=True)
    assert len(acton_server.rows(leads)) == 21
"""

OPTIONS: Final = ("asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function")


@frozen
class Taken:
    """Seconds by the clock."""

    first: float
    """The first test of the process."""

    others: float
    """The median of all others."""


def measure(number: int, *options: str) -> Taken:
    """Run the test so many times in one process."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "conftest.py").write_text(CONFTEST)
        (Path(folder) / "test_sign_up.py").write_text(TESTS.format(number=number))
        results = Path(folder) / "results.xml"
        told = [f"-o{option}" for option in (*OPTIONS, *options)]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:valkey", f"--junit-xml={results}", *told]
        path = os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path}
        subprocess.run(command, check=True, capture_output=True, cwd=folder, env=environment)  # noqa: S603
        first, *others = (float(case.get("time", "nan")) for case in ET.parse(results).iter("testcase"))  # noqa: S314
    return Taken(first, statistics.median(others))


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="half a minute, too noisy to judge by")
    chosen = parser.parse_args()
    fast = measure(10 if chosen.quick else 60, "usefixtures=acton_fast")
    slow = measure(2)  # it waits for real, so it takes as long each time
    found = [
        Row("without acton_fast", slow.others, "s"),
        Row("with acton_fast", fast.others, "s", goal=0.1, limit=0.5),
        Row("with acton_fast / without", fast.others / slow.others, goal=0.01, limit=0.035),
        Row("with acton_fast, the first of a process, with all imports", fast.first, "s", goal=0.5, limit=2.0),
    ]
    title = "A test of 20 upserts and one queue.put(wait=True): seconds, the emulator's start and stop included"
    with reporting("fast_tests", chosen) as report:
        report.show(title, found)


if __name__ == "__main__":
    main()
