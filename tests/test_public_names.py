"""Public names: ``import asyncsdk`` brings all of them, and no more."""

from __future__ import annotations

import ast
import inspect
import pydoc
import subprocess
import sys

import pytest

import asyncsdk


def in_a_new_process(program: str) -> str:
    """What a new process prints."""
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout  # noqa: S603


@pytest.mark.slow
def test_every_public_name_is_there() -> None:
    """Each is found where it is at home, is told by ``dir`` and ``help``, and stays the same object."""
    assert set(asyncsdk.__all__) <= set(dir(asyncsdk))
    for name in asyncsdk.__all__:
        assert getattr(asyncsdk, name) is getattr(asyncsdk, name)
    told = pydoc.plain(pydoc.render_doc(asyncsdk))
    assert "class Session" in told
    assert "class Contact" in told


@pytest.mark.slow
def test_a_star_brings_all_of_them() -> None:
    """And a module that was not imported by itself is there by its name, as it was before."""
    program = (
        "from asyncsdk import *; import asyncsdk; print(Session, Contact, BulkReport, asyncsdk.errors.NotFound)"
    )
    assert in_a_new_process(program).count("<class 'asyncsdk.") == 4


def test_a_name_that_is_not_there() -> None:
    """It is an ``AttributeError``, as of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'Sesion'"):
        asyncsdk.Sesion  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.slow
def test_a_process_that_needs_nothing_of_it_begins_at_once() -> None:
    """The HTTP client, which takes most of the time, is read with the first name that needs it."""
    told = in_a_new_process(
        "import sys, asyncsdk, asyncsdk.cli; print('aiohttp' in sys.modules);"
        "from asyncsdk import Session; print('aiohttp' in sys.modules)"
    )
    assert told == "False\nTrue\n"


@pytest.mark.slow
def test_a_session_reads_only_what_it_needs() -> None:
    """Models, their converter and whatever takes more than one call are read on the first use of each."""
    later = (
        "asyncsdk.auth.file_store",
        "asyncsdk.limits.shared",
        "asyncsdk.models.account",
        "asyncsdk.models.audience",
        "asyncsdk.models.lists",
        "asyncsdk.decoding.converter",
        "asyncsdk.bulk",
        "asyncsdk.cli",
        "asyncsdk.downloads",
        "asyncsdk.emulator",
        "asyncsdk.fleet",
        "asyncsdk.otel",
        "asyncsdk.probe",
        "asyncsdk.queue",
        "asyncsdk.redis",
        "asyncsdk.telemetry",
        "asyncsdk.testing",
        "asyncsdk.uploads",
        "asyncsdk.webhooks",
        "backoff",
        "cattrs",
        "sqlite3",
    )
    told = in_a_new_process(
        f"import sys; from asyncsdk import Session; print([name for name in {later} if name in sys.modules])"
    )
    assert told == "[]\n"


@pytest.mark.slow
def test_a_session_makes_no_methods_that_nobody_calls() -> None:
    """Of the internal classes that are made with it, only those that are compared have methods for it."""
    program = """
import sys, asyncsdk
from asyncsdk import Session
public = set(asyncsdk.__all__)
made = {
    value.__name__
    for name, module in list(sys.modules.items())
    if name.startswith("asyncsdk.")
    for value in vars(module).values()
    if isinstance(value, type) and "__attrs_attrs__" in vars(value) and {"__eq__", "__repr__"} & vars(value).keys()
}
print(*sorted(made - public))
"""
    assert in_a_new_process(program) == "RefreshToken Retry\n"


def checked_homes() -> dict[str, str]:
    """Where type checkers find each public name: the imports that only they read."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(inspect.getsource(asyncsdk))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.col_offset == 4
            and (node.module or "").startswith("asyncsdk.")
        ):
            found |= {alias.name: str(node.module).removeprefix("asyncsdk.") for alias in node.names}
    return found | dict.fromkeys(asyncsdk.models.__all__, "models") | {"CLEAR": "models.clear"}


def test_each_name_has_one_home() -> None:
    """What is exported, what is found at run time, and what type checkers find are the same names."""
    homes = vars(asyncsdk)["_EXPORTS"]
    assert list(homes) == asyncsdk.__all__
    checked = checked_homes()
    assert {name: checked[name] for name in homes} == homes
