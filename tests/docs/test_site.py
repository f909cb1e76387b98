"""The pages that are made from the library, and the site that is built of all of them."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

import asyncsdk
from asyncsdk import TABLE, Shape, models
from asyncsdk.api import NAMESPACES
from tests.docs.documents import ROOT

BUILD = ROOT / "docs/site/build.py"

needs_the_tools = pytest.mark.skipif(
    find_spec("zensical") is None or find_spec("mkdocstrings_handlers") is None,
    reason="the docs extra is not installed; make docs installs it",
)


def build(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the build, in a process of its own."""
    return subprocess.run(  # noqa: S603
        [sys.executable, BUILD, *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The text of each page of the site, by its path; processes of one run of tests build it once between them."""
    run = tmp_path_factory.getbasetemp()
    folder = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "docs-pages"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (is_built := folder.with_suffix(".built")).exists():
            done = build("--pages-only", "--into", folder)
            assert done.returncode == 0, done.stderr
            is_built.touch()
    there = folder / "pages"
    return {page.relative_to(there).as_posix(): page.read_text(encoding="utf-8") for page in there.rglob("*.md")}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the hand-written pages, to plant mistakes in."""
    return shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("site"))


@pytest.mark.slow
def test_each_namespace_has_a_page_with_all_its_endpoints(pages: Mapping[str, str]) -> None:
    """Each endpoint has its method, path, effect, shape and every argument on its namespace's page."""
    for namespace in NAMESPACES:
        rows = [route for route in TABLE.values() if route.name.startswith(f"{namespace}.")]
        page = pages[f"reference/endpoints/{namespace}.md"]
        for route in rows:
            section = page.partition(f"{{ #{route.name} }}")[2].partition("\n## ")[0]
            assert f"- **{route.method}** `{route.path}`" in section
            assert f"- effect: **{route.effect.value}**" in section
            assert f"- shape: **{route.shape}**. The shape of the answer is {route.shape.meaning}." in section
            for param in route.params:
                assert f"| `{param.name}` |" in section, route.name


@pytest.mark.slow
def test_the_index_holds_every_endpoint(pages: Mapping[str, str]) -> None:
    """The index of endpoints links to each of them, once."""
    linked = re.findall(r"^\| \[`\w+`\]\(\w+\.md#([\w.]+)\)", pages["reference/endpoints/index.md"], re.MULTILINE)
    assert sorted(linked) == sorted(TABLE)


@pytest.mark.slow
def test_the_index_explains_each_shape(pages: Mapping[str, str]) -> None:
    """The index of endpoints says what each word for a shape means."""
    for shape in Shape:
        assert f"| {shape} | {shape.meaning} |" in pages["reference/endpoints/index.md"]


@pytest.mark.slow
def test_what_is_guessed_is_told(pages: Mapping[str, str]) -> None:
    """The page of guesses holds those endpoints whose answer's shape is a guess, and no other."""
    told = re.findall(r"^\| \[`([\w.]+)`\]", pages["reference/endpoints/guessed.md"], re.MULTILINE)
    assert sorted(told) == sorted(name for name, route in TABLE.items() if route.shape is Shape.GUESSED)


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(pages: Mapping[str, str]) -> None:
    """Everything that ``asyncsdk`` exports, and every model, has an entry on exactly one page."""
    entries = [entry for page in pages.values() for entry in re.findall(r"^::: ([\w.]+)$", page, re.MULTILINE)]
    assert len(entries) == len(set(entries))
    assert {*asyncsdk.__all__, *models.__all__} <= {entry.rpartition(".")[2] for entry in entries}


@pytest.mark.slow
def test_what_a_call_gives_is_linked_to_its_fields(pages: Mapping[str, str]) -> None:
    """Each model in a result is a link to the reference of its fields."""
    for path, page in pages.items():
        if path.startswith("reference/endpoints/"):
            for line in re.findall(r"^Gives .*$", page, re.MULTILINE):
                assert not set(re.findall(r"(?<!\[)`(\w+)`", line)).intersection(models.__all__), line


@pytest.mark.slow
def test_names_in_the_pages_are_linked(pages: Mapping[str, str]) -> None:
    """A name in running text leads to its reference; code blocks stay as they are."""
    assert "[`FileStore`][asyncsdk.auth.file_store.FileStore]" in pages["why/limits.md"]
    assert "](../reference/endpoints/contacts.md#contacts.upsert)" in pages["why/retries.md"]
    assert "\nstore = FileStore(" in pages["shared-tokens.md"]


@pytest.mark.slow
def test_a_page_that_the_navigation_lacks_fails_the_build(source: Path, tmp_path: Path) -> None:
    """Neither a page that nobody can reach nor one that is not there is passed over."""
    (source / "tutorial.md").rename(source / "lost.md")
    done = build("--source", source, "--into", tmp_path / "built")
    assert done.returncode != 0
    assert "tutorial.md is in the navigation, and is not there" in done.stderr
    assert "lost.md is there, and is not in the navigation" in done.stderr


@pytest.mark.slow
@needs_the_tools
def test_a_mistake_fails_the_build(source: Path, tmp_path: Path) -> None:
    """A link to a page or to a place that is not there, or a name that the library lacks, is an error."""
    with (source / "worker.md").open("a", encoding="utf-8") as page:
        page.write("\n[a page](lost.md), [a place](index.md#lost), `Session.lost`\n")
    done = build("--source", source, "--into", tmp_path / "built")
    assert done.returncode != 0
    for complaint in ("page does not exist", "anchor does not exist", "unresolved autoref"):
        assert complaint in done.stdout + done.stderr
