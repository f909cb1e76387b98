"""Names of processes, as an account's state keeps them and ``asyncsdk fleet`` shows them."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.limits.shared.process_name import process_name


@pytest.mark.parametrize(
    ("started", "program"),
    [
        ("/usr/local/bin/uvicorn", "uvicorn"),
        ("/srv/app/nightly.py", "nightly"),
        ("/lib/python3/site-packages/taskiq/__main__.py", "taskiq"),
        ("-c", "c"),
        ("", "python"),
        ("/opt/a name & more", "a_name_more"),
        ("Grüße", "Gr_e"),
    ],
)
def test_a_name_tells_program_process_and_machine(started: str, program: str) -> None:
    """Who reads it finds the process; folders and the machine's domain are not told."""
    name = process_name(started, "web-1.example.com")
    assert re.fullmatch(rf"{program}-{os.getpid()}@web-1/[0-9a-f]{{8}}", name)


def test_two_members_of_a_process_have_two_names() -> None:
    """Two sessions of one process are two members."""
    assert process_name() != process_name()


@pytest.mark.slow
@given(st.text(), st.text())
def test_a_name_is_short_and_harmless(program: str, host: str) -> None:
    """Whatever the command line and the machine are called, it is short, of letters that all terminals show."""
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,20}-\d+@[A-Za-z0-9._-]{1,20}/[0-9a-f]{8}", process_name(program, host))
