"""Runs what the documents show, as a reader would: in a folder, with the variables that the emulator prints."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from asyncsdk.emulator import Emulator

__all__ = ["environment_of", "run", "running_emulator", "variables_of"]

SECONDS = 300  # only what hangs takes so long


def run(command: list[str], folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; Python treats every warning as an error."""
    return subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        env=environment_of(folder, variables),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def variables_of(server: Emulator) -> dict[str, str]:
    """What ``Session.from_env`` reads."""
    variables = {f"ACTON_{name.upper()}": value for name, value in server.credentials.items()}
    return {**variables, "ACTON_BASE_URL": server.url}


@contextmanager
def running_emulator(command: str, folder: Path) -> Generator[dict[str, str]]:
    """Run ``asyncsdk emulator`` as printed, but on a free port; gives the variables that it prints."""
    process = subprocess.Popen(  # noqa: S603
        [*_command(command), "--port", "0"],
        cwd=folder,
        env=environment_of(folder, {}),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield dict(_exports(process))
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def _exports(process: subprocess.Popen[str]) -> Generator[tuple[str, str]]:
    """The exported variables, up to the last one, the token file."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            yield name, value.partition("  #")[0].strip()
            if name == "ACTON_TOKEN_FILE":
                return


def _command(command: str) -> list[str]:
    program, *arguments = command.split()
    return [str(Path(sys.executable).with_name(program)), *arguments]


def environment_of(folder: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """What a command finds in its environment: nothing of Act-On but these variables, and a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACTON_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return {**kept, **variables, "HOME": str(folder), "PATH": path, "PYTHONWARNINGS": "error"}
