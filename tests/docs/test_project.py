"""Files for contributors: what they name is there, and a release can be made of it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.documents import ROOT

WORKFLOW = ROOT / ".github/workflows/ci.yml"
GUIDES = [ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "RELEASING.md", "changelog.d/README.md")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

needs_a_checkout = pytest.mark.skipif(not WORKFLOW.exists(), reason="source distributions hold no workflow")


def targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_guides_name_only_what_is_there(guide: Path) -> None:
    """Each target and each file that a guide for contributors names can be found."""
    text = guide.read_text(encoding="utf-8")
    for made in re.findall(r"(?:`|^)make ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)", text, re.MULTILINE):
        assert set(made.split()) <= targets(), made
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (guide.parent / target).exists(), target


@needs_a_checkout
def test_the_workflow_runs_only_targets_of_the_makefile() -> None:
    """Public checks do what a checkout does: each step is a target of the Makefile."""
    text = WORKFLOW.read_text(encoding="utf-8")
    runs = re.findall(r"run: make (\S+)", text)
    matrix = re.findall(r"target: \[(.*)\]", text)
    named = {run for run in runs if "{" not in run and run != "${{"}
    named.update(name.strip() for names in matrix for name in names.split(","))
    assert len(named) >= 7
    assert named <= targets()


@needs_a_checkout
def test_the_workflow_tests_every_version_that_is_promised() -> None:
    """The matrix holds the versions of Python that the package names, and no other."""
    (matrix,) = re.findall(r"^\s+python: \[(.*)\]", WORKFLOW.read_text(encoding="utf-8"), re.MULTILINE)
    promised = [each.rpartition(" ")[2] for each in PROJECT["project"]["classifiers"] if ":: 3." in each]
    assert [each.strip(' "') for each in matrix.split(",")] == promised


@pytest.mark.slow
def test_a_taken_port_of_the_documentation_is_told() -> None:
    """``make docs-serve`` says in one line that another program has the port, and how to take another one."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, ROOT / "docs/site/serve.py", str(port)], capture_output=True, text=True, check=False
        )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"Port {port} of 127.0.0.1 cannot be had: ")
    assert ended.stderr.endswith("make docs-serve DOCS_PORT=8001\n")
    assert ended.stderr.count("\n") == 1


@pytest.mark.slow
def test_fragments_become_a_part_of_the_changelog(tmp_path: Path) -> None:
    """Every fragment is of a known type, and a release puts its text above those of before."""
    (tmp_path / "changelog.d").mkdir()
    for name in ("pyproject.toml", "CHANGELOG.md"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    fragments = [path for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]
    for path in fragments:
        (tmp_path / "changelog.d" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "changelog.d/12.fixed.md").write_text("A planted fix.\n")
    command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", "99.0.0", "--date", "2030-01-02"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)  # noqa: S603
    text = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    before, _, after = text.partition("## [99.0.0] - 2030-01-02")
    released, _, history = after.partition("## [")
    assert before.endswith("newest first -->\n\n")
    assert "- A planted fix. (#12)" in released
    for path in fragments:
        assert path.read_text(encoding="utf-8").split("\n")[0] in released
    assert history in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
