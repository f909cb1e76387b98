"""Two type checkers, both strict, accept every good call and find every mistake, line by line."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from asyncsdk import TABLE

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOOD = [HERE / f"good{part}.py" for part in ("", "_fleet", "_namespaces", "_results")]
FILES = [*GOOD, HERE / "mistakes.py"]


def planted() -> set[tuple[str, int]]:
    """The lines that are marked as mistakes."""
    return {
        (file.name, number)
        for file in FILES
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if line.endswith("# error")
    }


async def python(*arguments: str) -> str:
    """What a program says."""
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=PIPE)
    said, _ = await process.communicate()
    return said.decode()


async def found_by_mypy(cache: Path) -> set[tuple[str, int]]:
    """The lines in which mypy sees an error."""
    said = await python(
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        "",
        "--cache-dir",
        str(cache),
        "--no-error-summary",
        *map(str, FILES),
    )
    found = re.findall(r"^(\S+):(\d+): (\w+):", said, re.MULTILINE)
    assert {severity for _, _, severity in found} <= {"error", "note"}, said
    return {(Path(file).name, int(line)) for file, line, severity in found if severity == "error"}


async def found_by_pyright(folder: Path) -> set[tuple[str, int]]:
    """The lines in which pyright sees an error."""
    for file in FILES:
        shutil.copy(file, folder)  # files outside of its folder are not read
    config = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": [str(ROOT)]}
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    said = await python("-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "--project", str(folder))
    report = json.loads(said[said.index("{") :])
    assert report["summary"]["filesAnalyzed"] == len(FILES)
    return {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    }


def test_enough_mistakes_are_planted() -> None:
    """The mistakes are many, and none is in the file of good calls."""
    assert len(planted()) >= 30
    assert {file for file, _ in planted()} == {"mistakes.py"}


def test_a_call_of_every_route_is_good() -> None:
    """No route is left out: the checkers see its result, and that its arguments have types."""
    called = {name for file in GOOD for name in re.findall(r"\bacton\.(\w+\.\w+)\(", file.read_text("utf-8"))}
    assert set(TABLE) - called == set()


@pytest.mark.slow
async def test_both_checkers_find_the_mistakes_and_nothing_else(tmp_path: Path) -> None:
    """Users of mypy and of pyright see each mistake in its line, and no error in a good call."""
    cache, folder = (tmp_path / name for name in ("mypy", "pyright"))
    folder.mkdir()
    by_mypy, by_pyright = await asyncio.gather(found_by_mypy(cache), found_by_pyright(folder))
    assert by_mypy == planted()
    assert by_pyright == planted()
