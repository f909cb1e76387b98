"""What is imported with which extra."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def said_by(program: str) -> subprocess.CompletedProcess[str]:
    """What a program of its own says."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=180)  # noqa: S603


@pytest.mark.parametrize(("module", "distribution"), [("taskiq", "taskiq"), ("taskiq_redis", "taskiq-redis")])
def test_without_taskiq_it_says_what_to_install(module: str, distribution: str) -> None:
    """The import names the extra, and the fleet itself needs none."""
    program = f"import sys; sys.modules[{module!r}] = None; import asyncsdk.fleet; import asyncsdk.fleet.taskiq"
    words = f'ModuleNotFoundError: asyncsdk.fleet.taskiq needs {distribution}: pip install "asyncsdk[taskiq]".'
    assert words in said_by(program).stderr


def test_taskiq_is_loaded_with_the_first_name_that_needs_it() -> None:
    """Neither the fleet nor a look at dead letters loads it; every public name can be had."""
    program = (
        "import sys, asyncsdk.fleet, asyncsdk.fleet.taskiq as tasks\n"
        "import asyncsdk.fleet.taskiq.dead_letter_store, asyncsdk.fleet.taskiq.delays\n"
        "print('taskiq' in sys.modules)\n"
        "print([name for name in tasks.__all__ if not hasattr(tasks, name) or name not in dir(tasks)])\n"
        "print(hasattr(tasks, 'Nothing'), 'taskiq' in sys.modules)\n"
    )
    assert said_by(program).stdout.split("\n")[:3] == ["False", "[]", "False True"]
