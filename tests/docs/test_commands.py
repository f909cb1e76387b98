"""Every command in the documents is one that the command line takes, and is run by a test."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cyclopts import MissingArgumentError

from asyncsdk.cli.app import app
from tests.docs.commands import command_lines, named_commands
from tests.docs.documents import DOCUMENTS, ROOT, name_of

TAKEN: Final = {
    "30 3 * * *": "tests/docs/test_cron.py",
    "45 3 * * *": "tests/docs/test_cron.py",
    "asyncsdk ": "tests/cli/test_documented_commands.py",
    "curl localhost:8000/sign-up": "tests/guides/home.py",
    "gunicorn starlette_app": "tests/guides/test_gunicorn.py",
    "gunicorn web_backend": "tests/guides/test_gunicorn.py",
    "python -m tests.conformance.add_report": "tests/conformance/test_captured.py",
    "python taskiq_app.py": "tests/guides/test_taskiq.py",
    "python taskiq_worker.py l-0001": "tests/cli/test_examples.py",
    "taskiq scheduler taskiq_worker": "tests/cli/test_examples.py",
    "taskiq worker taskiq_app": "tests/guides/test_taskiq.py",
    "taskiq worker taskiq_worker": "tests/cli/test_examples.py",
    "uvicorn django_app": "tests/guides/test_django.py",
    "uvicorn fastapi_app": "tests/guides/test_fastapi.py",
    "uvicorn fastapi_queue": "tests/cli/test_fastapi_example.py",
    "uvicorn starlette_app": "tests/guides/test_starlette.py",
}
"""What a command begins with, and the test that takes its words from the page and runs them."""

NOT_RUN: Final = {
    "docker build": "there is no Docker; test_containers.py runs the command and the health check of the image",
    "docker run": "there is no Docker",
    "ls -l /var/lib/acton/": "the folder is one of the reader's machine",
    "redis-server --appendonly yes": "it may be called valkey-server; tests start what there is",
}
"""What cannot run, and why. This may only become shorter."""


def of_asyncsdk(document: Path) -> Iterator[tuple[list[str], bool]]:
    """The words of each command behind ``asyncsdk``, and whether it is complete; ``a | b`` are two commands."""
    for complete, commands in ((True, command_lines(document)), (False, named_commands(document))):
        for command in commands:
            if command.startswith("asyncsdk "):
                for each in command.removeprefix("asyncsdk ").split(" | "):
                    yield shlex.split(each), complete


@pytest.mark.slow
@pytest.mark.parametrize("document", [each for each in DOCUMENTS if list(of_asyncsdk(each))], ids=name_of)
def test_the_command_line_takes_each_command(document: Path) -> None:
    """Commands, options and values are known; in running text a command may stand without its arguments."""
    for words, complete in of_asyncsdk(document):
        if "COMMAND" not in words:
            try:
                app.parse_args(words, exit_on_error=False, print_error=False)
            except MissingArgumentError:
                assert not complete, words


def test_each_command_is_run() -> None:
    """A command that no test takes from its page is in the list of those that cannot run, which holds no other."""
    shown = {command for document in DOCUMENTS for command in command_lines(document)}
    for command in shown:
        assert command.startswith((*TAKEN, *NOT_RUN)), command
    for beginning in (*TAKEN, *NOT_RUN):
        assert any(command.startswith(beginning) for command in shown), beginning
    assert len(NOT_RUN) <= 4
    for beginning, test in TAKEN.items():
        assert beginning in (ROOT / test).read_text(encoding="utf-8"), f"{test} does not take {beginning}"


def test_each_example_is_run() -> None:
    """A test names each program of the folder ``examples``."""
    folders = [ROOT / "tests" / name for name in ("cli", "guides", "webhooks")]
    text = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("test_*.py"))
    for program in (ROOT / "examples").glob("*.py"):
        assert re.search(rf'["/ ]{program.stem}(\.py)?[":]', text) is not None, program.name
