"""Every example that a reader may paste is run."""

from __future__ import annotations

import ast
import asyncio
import base64
import re
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from asyncsdk.cli.exit_codes import EXIT_CODES, Exit
from asyncsdk.emulator import Emulator, Settings
from tests.docs.company import AUTHORITY, forward_proxy
from tests.docs.documents import DOCUMENTS, ROOT, Block, blocks, name_of
from tests.docs.shell import run, running_emulator, variables_of
from tests.support.redis_fixtures import OwnServers

LEADS = "Email,First Name\nada@example.com,Ada\ngrace@example.com,Grace\n"
EMULATOR = "asyncsdk emulator\n"
PROXY = "proxy.example:3128"
REDIS = "redis://cache:6379/0"

APPLICATIONS = {
    "docs/web-backend.md": ("/sign-up", "200 Welcome!\n"),
    "docs/webhooks.md": ("/acton/program-started", "401 \n"),
}
"""What is posted to, and what a visitor with nothing but an address gets."""

NOTEBOOK = "docs/guides/notebooks.md"
"""Its cells are run in a kernel by ``tests/guides/test_notebooks.py``."""

SECRET = {"PROGRAM_STARTED_SECRET": "whsec_" + base64.b64encode(bytes(24)).decode()}

SERVE_AND_POST = """
import asyncio, sys, application
from aiohttp import ClientSession, web

async def main():
    runner = web.AppRunner(application.app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{sys.argv[1]}"
    async with ClientSession() as http, http.post(url, data={"email": "new@example.com"}) as answer:
        print(answer.status, await answer.text())
    await runner.cleanup()

asyncio.run(main())
"""


def with_some(*kinds: str) -> list[Path]:
    """The documents with blocks of one of these kinds."""
    return [each for each in DOCUMENTS if any(getattr(block, kind) for block in blocks(each) for kind in kinds)]


@asynccontextmanager
async def acton(document: Path, folder: Path) -> AsyncIterator[dict[str, str]]:
    """The variables of an emulator: the one that the document starts, or one with a list ``l-0001``."""
    if any(block.text == EMULATOR for block in blocks(document)):
        with running_emulator(EMULATOR, folder) as variables:
            yield variables
        return
    settings = Settings(calls_per_second=None, logins_per_hour=None, job_pending=0.0, job_running=0.1)
    async with Emulator(settings) as server:
        server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
        (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
        yield variables_of(server)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_block_is_run_by_a_test(document: Path) -> None:
    """Every Python block compiles and is of a kind that is run; every shell block says that it is one."""
    for block in blocks(document):
        assert block.language in ("dockerfile", "js", "python", "sh", "text", "toml", ""), block.text
        if block.language == "python":
            ast.parse(block.text)
            served = block.is_application and name_of(document) in APPLICATIONS
            runs = block.is_program or block.is_test or block.is_conftest or block.is_example
            in_a_kernel = block.is_cell and name_of(document) == NOTEBOOK
            assert runs or served or in_a_kernel, block.text


@pytest.mark.slow
@pytest.mark.parametrize("document", with_some("is_program", "is_command"), ids=name_of)
async def test_a_page_does_what_it_says(document: Path, tmp_path: Path, own_servers: OwnServers) -> None:
    """Programs and commands run in the order of the page, say nothing on stderr, and print what it shows."""
    async with AsyncExitStack() as stack:
        variables = await stack.enter_async_context(acton(document, tmp_path))
        passed: list[str] = []
        behind_one = any(PROXY in block.text for block in blocks(document))
        proxy = await stack.enter_async_context(forward_proxy(passed)) if behind_one else PROXY
        (tmp_path / "company-ca.pem").write_text(AUTHORITY, encoding="ascii")
        shared = any(block.is_program and REDIS in block.text for block in blocks(document))
        redis = own_servers(options=("--appendonly", "yes")).url if shared else REDIS
        for block in blocks(document):
            if block.is_program or block.is_command:
                await follow(block, tmp_path, variables, {PROXY: proxy, REDIS: redis})
    assert bool(passed) is behind_one


async def follow(block: Block, folder: Path, variables: Mapping[str, str], servers: Mapping[str, str]) -> None:
    """Do what a block says, but for what installs, and for the emulator, which runs already."""
    text = block.text
    for printed, running in servers.items():
        text = text.replace(printed, running)
    if block.is_program:
        program = text if "asyncio.run" in text else f"import asyncio\n{text}\nasyncio.run(main())\n"
        (folder / "program.py").write_text(program, encoding="utf-8")
        command = [sys.executable, "program.py"]
    else:
        kept = [line for line in text.splitlines() if not line.startswith(("pip ", "make ", EMULATOR.strip()))]
        command = ["bash", "-euc", "\n".join(kept)]
    done = await asyncio.to_thread(run, command, folder, variables)
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    if block.is_program:
        assert done.stderr == ""
    if block.printed is not None:
        assert done.stdout == block.printed


@pytest.mark.slow
def test_the_tests_of_the_documents_pass(tmp_path: Path) -> None:
    """Each pytest example of the documents passes as it is printed."""
    everything = [block for document in DOCUMENTS for block in blocks(document)]
    conftest = next(block.text for block in everything if block.is_conftest)
    tests = [block.text for block in everything if block.is_test]
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    for number, test in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(test, encoding="utf-8")
    options = ["asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function", "usefixtures=acton_fast"]
    arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"-o{option}" for option in options)]
    done = run([sys.executable, *arguments], tmp_path, {})
    assert done.returncode == 0, done.stdout
    assert f"{sum(test.count('async def test_') for test in tests)} passed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", APPLICATIONS)
async def test_an_application_serves(name: str, tmp_path: Path) -> None:
    """Each web application of the documents starts as it is printed, answers, and stops."""
    path, expected = APPLICATIONS[name]
    (block,) = (block for block in blocks(ROOT / name) if block.is_application)
    (tmp_path / "application.py").write_text(block.text, encoding="utf-8")
    async with acton(ROOT / name, tmp_path) as variables:
        command = [sys.executable, "-c", SERVE_AND_POST, path]
        done = await asyncio.to_thread(run, command, tmp_path, {**variables, **SECRET})
    assert (done.stdout, done.stderr) == (expected, "")


def test_what_is_installed_and_made_is_there() -> None:
    """Every extra that a document installs and every target that it makes is there."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        named = re.findall(r'"(?:\.|/src|asyncsdk)\[([\w,]+)\]"', text)
        assert {extra for names in named for extra in names.split(",")} <= extras.keys(), document.name
        assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets, document.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    """Every relative link of the documents points to a file that is there, so that a code host can follow it."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} -> {target}"


def test_exit_codes_are_those_of_the_help() -> None:
    """The table of exit codes has each one, and says of it what every ``--help`` says."""
    page = (ROOT / "docs/command-line.md").read_text()
    table = {
        int(code): meaning
        for codes, meaning in re.findall(r"^\| ([\d, ]+) \| (.+) \|$", page, re.MULTILINE)
        for code in codes.split(", ")
    }
    told = {int(code): meaning for code, meaning in re.findall(r"^  (\d+) +(.+)$", EXIT_CODES, re.MULTILINE)}
    assert table.keys() == told.keys() == {int(code) for code in Exit}
    for code in (code for code in Exit if code < Exit.HUNG_UP):
        assert table[code] == told[code] or table[code].startswith((f"{told[code]}:", f"{told[code]},"))
