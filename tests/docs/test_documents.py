"""Every example that a reader may paste is run."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from asyncsdk.emulator import Emulator

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(document: Path) -> list[str]:
    """The Python blocks of a document."""
    return re.findall(r"^```python\n(.*?)^```", document.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def programs() -> list[tuple[str, str]]:
    """Each block that has a ``main``, under the name of its document."""
    found = [(document.name, block) for document in DOCUMENTS for block in blocks(document)]
    return [(name, block) for name, block in found if "async def main" in block]


def run(arguments: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with every warning an error."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def variables_of(server: Emulator) -> dict[str, str]:
    """What ``Session.from_env`` reads."""
    variables = {f"ACTON_{name.upper()}": value for name, value in server.credentials.items()}
    return {**variables, "ACTON_BASE_URL": server.url}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_block_is_python(document: Path) -> None:
    """Every Python block of the documents compiles."""
    for block in blocks(document):
        ast.parse(block)


@pytest.mark.parametrize(("name", "block"), programs(), ids=[name for name, _ in programs()])
async def test_a_program_runs_as_it_is_printed(name: str, block: str, tmp_path: Path) -> None:
    """Each program of the documents runs against the emulator and says nothing on stderr."""
    if name == "proxies.md":
        pytest.skip("needs a proxy; tests/session shows an injected session")
    program = block if "asyncio.run" in block else f"import asyncio\n{block}\nasyncio.run(main())\n"
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    async with Emulator() as server:
        variables = variables_of(server)
        done = await asyncio.to_thread(run, ["program.py"], tmp_path, HOME=str(tmp_path), **variables)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_tests_of_the_documents_pass(tmp_path: Path) -> None:
    """Each pytest example of the documents passes as it is printed."""
    tests = [block for document in DOCUMENTS for block in blocks(document) if "async def test_" in block]
    conftest = next(block for block in blocks(ROOT / "docs/testing.md") if "pytest_plugins" in block)
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    for number, block in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(block, encoding="utf-8")
    options = ["asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function"]
    done = run(["-m", "pytest", "-q", *(word for option in options for word in ("-o", option))], tmp_path)
    assert done.returncode == 0, done.stdout
    assert f"{len(tests)} passed" in done.stdout


def test_the_web_backend_is_an_application(tmp_path: Path) -> None:
    """The web backend of the documents can be imported as it is printed."""
    (block,) = blocks(ROOT / "docs/web-backend.md")
    (tmp_path / "backend.py").write_text(block, encoding="utf-8")
    done = run(["-c", "import backend; print(type(backend.app).__name__)"], tmp_path)
    assert (done.stdout.strip(), done.stderr) == ("Application", "")


def test_every_link_leads_somewhere() -> None:
    """Every relative link of the documents points to a file that is there."""
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} -> {target}"
