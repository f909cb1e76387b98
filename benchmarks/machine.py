"""What the numbers of a benchmark depend on: the machine, the versions, the commit."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

__all__ = ["commit", "machine", "versions"]

PACKAGES: Final = (
    "aiohttp",
    "attrs",
    "cattrs",
    "backoff",
    "orjson",
    "uvloop",
    "aiolimiter",
    "slack_sdk",
    "gidgethub",
    "stripe",
    "pyrate-limiter",
    "limits",
    "throttled-py",
    "taskiq-redis",
)


def machine() -> dict[str, str | int | float]:
    """The processor, how many of it, the system, and the load at the end of the run, which is partly its own."""
    return {
        "processor": _processor(),
        "cpus": os.cpu_count() or 1,
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else -1.0,
    }


def versions() -> dict[str, str]:
    """Of Python, and of what is compared."""
    found = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def commit(folder: Path) -> str:
    """The checkout's commit, with ``+`` if files other than results changed since; empty outside of a checkout."""
    git = shutil.which("git")
    if git is None:
        return ""

    def told(*command: str) -> str:
        done = subprocess.run([git, *command], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        return done.stdout.strip() if done.returncode == 0 else ""

    head = told("rev-parse", "--short", "HEAD")
    # The result of one program is no reason to say that the next one measures other code.
    changed = told("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(top,exclude)benchmarks/results")
    return f"{head}+" if changed else head


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
