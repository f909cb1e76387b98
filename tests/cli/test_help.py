"""Help: of each command, of the exit codes, and of the shell that completes them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from cyclopts import App

from asyncsdk import TABLE
from asyncsdk.bulk import plan
from asyncsdk.cli import options
from asyncsdk.cli.app import app
from asyncsdk.cli.exit_codes import Exit
from tests.cli.conftest import Run

CALL_MODULES = (
    "aiohttp",
    "asyncio",
    "asyncsdk.api",
    "asyncsdk.auth",
    "asyncsdk.bulk",
    "asyncsdk.emulator",
    "asyncsdk.fleet",
    "asyncsdk.limits",
    "asyncsdk.models",
    "asyncsdk.probe",
    "asyncsdk.queue",
    "asyncsdk.session",
    "asyncsdk.transport",
    "cattrs",
    "email",
    "redis",
    "sqlite3",
    "ssl",
)
"""Modules that only a command that works needs, and that take long to import."""

NAMESPACES = sorted({name.partition(".")[0] for name in TABLE})


def commands_of(parent: App, *before: str) -> Iterator[str]:
    """The commands below a command, and those below them."""
    for name in parent:
        if not name.startswith("-"):
            yield " ".join([*before, name])
            yield from commands_of(parent[name], *before, name)


COMMANDS = tuple(commands_of(app))


def test_help_names_every_command(run: Run) -> None:
    """``--help`` is enough to find one's way, and says where the exit codes are told."""
    ended = run("--help")
    assert ended.code == 0
    for command in (*COMMANDS, "--version"):
        assert command.split()[0] in ended.out
    assert ended.out.endswith("\nExit codes: asyncsdk help exit-codes\n")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["", *COMMANDS, "call contacts.upsert"])
def test_help_fits_a_screen(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """The help of a command has less than 40 lines of 80 characters, and ``help`` shows the same."""
    monkeypatch.setenv("COLUMNS", "80")
    asked = run(*command.split(), "--help")
    assert asked.code == 0
    assert_fits(asked.out)
    assert run("help", *command.split()).out == asked.out


@pytest.mark.slow
def test_help_does_without_the_library() -> None:
    """No command's help imports what makes calls, so that it is there at once; that of ``call`` has the table."""
    calls = [[], *(command.split() for command in COMMANDS if command != "call")]
    program = (
        "import sys; from asyncsdk.cli import main\n"
        f"codes = {{int(main([*words, '--help'])) for words in {calls}}}\n"
        f"print(codes, [name for name in {CALL_MODULES} if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert ended.stderr == "{0} []\n"


def test_ways_of_an_upsert_are_those_of_the_library() -> None:
    """The command line names them by itself, because its help does without the library."""
    assert get_args(options.Via) == get_args(plan.Via)


@pytest.mark.slow
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_help_of_every_call_fits_a_screen(run: Run, monkeypatch: pytest.MonkeyPatch, namespace: str) -> None:
    """Where a call takes too much to tell, its arguments are shortened, and all of them are still named."""
    monkeypatch.setenv("COLUMNS", "80")
    for route in [each for name, each in TABLE.items() if name.startswith(f"{namespace}.")]:
        shown = run("call", route.name, "--help").out
        assert_fits(shown)
        for each in route.signature.parameters.values():
            option = each.name.replace("_", "-")
            assert option in shown.replace("[no-]", "") or option.upper() in shown.replace("_", "-"), shown
        assert shown.endswith("\nExit codes: asyncsdk help exit-codes\n")


@pytest.mark.slow
def test_the_whole_help_of_a_call_can_be_had(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short one names the flag for it, and says where it leaves something out."""
    monkeypatch.setenv("COLUMNS", "80")
    short = run("call", "messages.send", "--help").out
    whole = run("call", "messages.send", "--help-all").out
    assert "Whole help: asyncsdk call messages.send --help-all" in short
    assert "sent as milliseconds, as the doc…" in short
    assert "…" not in whole
    assert "acton.messages.send(message_id: str" in whole
    assert "two mails in every inbox" in whole


@pytest.mark.parametrize("command", [each for each in COMMANDS if each != "call"])
def test_a_hint_names_the_help_of_the_command(run: Run, command: str) -> None:
    """Whoever mistypes an option of any command is led to the help of that one."""
    run(*command.split(), "--no-such-option").complains(2, f"Try: asyncsdk {command} --help")


def assert_fits(shown: str) -> None:
    """Less than 40 lines of 80 cells: all of it can be read above the next prompt."""
    lines = shown.splitlines()
    assert len(lines) < 40, shown
    assert max(map(len, lines)) <= 80, shown


def test_exit_codes_are_told(run: Run) -> None:
    """Each one, with what it means."""
    told = run("help", "exit-codes").out.splitlines()[1:]
    assert [int(line.split()[0]) for line in told] == list(Exit)


def test_a_misspelt_topic_is_told(run: Run) -> None:
    """With the nearest command."""
    run("help", "upserts").complains(2, "There is no command upserts. Did you mean upsert?")
    run("help", "queue", "nope").complains(2, "There is no command queue nope.")
    run("help", "call", "lists.nope").complains(2, "There is no call 'lists.nope'")


def test_help_of_call_names_each_namespace(run: Run) -> None:
    """And where the calls of one are listed."""
    lines = run("call", "--help").out.splitlines()
    assert "asyncsdk call NAMESPACE" in "\n".join(lines)
    for namespace in {name.partition(".")[0] for name in TABLE}:
        assert any(line.startswith(f"  {namespace} ") for line in lines)


@pytest.mark.slow
def test_a_shell_completes_commands(run: Run, tmp_path: Path) -> None:
    """The script for bash completes the names of commands and calls; the others are there, and nothing else is."""
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").out)
    words = (
        "COMP_WORDS=(asyncsdk who); COMP_CWORD=1; _asyncsdk; echo ${COMPREPLY[@]};"
        "COMP_WORDS=(asyncsdk call contacts.u); COMP_CWORD=2; _asyncsdk; echo ${COMPREPLY[@]}"
    )
    shown = subprocess.run(  # noqa: S603 - our own script
        ["bash", "-c", f"source {script}; {words}"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "whoami\ncontacts.upsert contacts.update\n"
    assert "contacts.upsert" in run("completion", "zsh").out
    assert "contacts.upsert" in run("completion", "fish").out
    assert run("call", "contacts.nothing").code == 2
    assert run("completion", "zsh").out.startswith("#compdef asyncsdk")
    assert "complete -c asyncsdk" in run("completion", "fish").out
    assert run("completion", "csh").code == 2
