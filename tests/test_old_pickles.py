"""Pickles that were written before classes moved to other modules are read, and new ones name paths that stay."""

from __future__ import annotations

import base64
import json
import pickle
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import asyncsdk
from asyncsdk import BulkReport, Token
from asyncsdk.legacy_imports import OLD_MODULES

FILE = Path(__file__).with_name("old_pickles.json")
PICKLES: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
"""By name: the pickle of a public class, or of an object of one, and the object's repr when it was written."""

CLASSES = [name for name in PICKLES if name.startswith("class ")]
OBJECTS = [name for name in PICKLES if not name.startswith("class ")]

HOMES = [
    "auth.file_store",
    "auth.grants",
    "auth.memory_store",
    "auth.token_store",
    "auth.tokens",
    "bulk",
    "bulk.plan",
    "bulk.progress",
    "bulk.report",
    "bulk.run",
    "bulk.sources.batches",
    "emulator.call_faults",
    "emulator.clock",
    "emulator.faults",
    "emulator.job_faults",
    "emulator.server.call",
    "emulator.server.request_log",
    "emulator.settings",
    "errors",
    "files.upload",
    "http.messages",
    "http.retry_policy",
    "jobs.job",
    "jobs.poll_schedule",
    "limits.lanes",
    "limits.limiter",
    "limits.policy",
    "limits.protocol",
    "limits.tally",
    "pagination.page",
    "pagination.paged_list",
    "queue.contact_queue",
    "queue.results",
    "routing.route",
    "session",
    "transport.connection",
    "uploads.rejects",
    "webhooks.delivery",
    "webhooks.errors",
    "webhooks.events",
    "webhooks.verifiers",
]
"""The modules that pickles of today name, those of models aside."""


def unpickled(name: str) -> Any:
    """What the old pickle holds."""
    return pickle.loads(base64.b64decode(PICKLES[name][0]))  # noqa: S301 - our own


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_that_was_pickled_is_the_public_class_of_today(name: str) -> None:
    """Old pickles hold a class by the module that it lived in; the package that exports it gives the same one."""
    package, _, short = name.removeprefix("class ").rpartition(".")
    assert unpickled(name) is getattr(import_module(package), short)


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_that_was_pickled_is_read_as_it_was(name: str) -> None:
    """Its fields are those that it had, and it can be pickled again."""
    thing = unpickled(name)
    assert repr(thing) == PICKLES[name][1]
    assert repr(pickle.loads(pickle.dumps(thing))) == PICKLES[name][1]  # noqa: S301 - our own


def test_what_a_repr_hides_comes_along() -> None:
    """Secrets of a token, and the rejected rows of a report."""
    assert unpickled("Token") == Token("access", "refresh", 1e9)
    report: BulkReport = unpickled("BulkReport")
    assert [(each.number, each.reason, dict(each.row)) for each in report.rejects] == [
        (1, "no address", {"email": "nobody"}),
        (5, "no address", {"email": "x", "City": asyncsdk.CLEAR}),
    ]


@pytest.mark.slow
def test_a_process_that_imported_nothing_reads_an_old_pickle() -> None:
    """``pickle`` itself imports what a pickle names."""
    program = "import base64, pickle, sys; print(pickle.loads(base64.b64decode(sys.argv[1])).max_wait)"
    command = [sys.executable, "-W", "error", "-c", program, PICKLES["Limits"][0]]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout  # noqa: S603
    assert told == "3.0\n"


def test_pickles_of_today_name_paths_that_are_known() -> None:
    """A class that moves leaves its path in pickles: the old one goes into ``OLD_MODULES``, the new one here."""
    things = map(unpickled, PICKLES)
    named = {thing.__module__ if isinstance(thing, type) else type(thing).__module__ for thing in things}
    told = {f"asyncsdk.{name}" for name in HOMES}
    assert {name for name in named if not name.startswith("asyncsdk.models.")} <= told
    assert not told & OLD_MODULES.keys()


def test_an_old_path_has_no_other_names() -> None:
    """It stands for what moved, and for nothing that never was there."""
    old = import_module("asyncsdk.tokens")
    assert old.Token is Token
    with pytest.raises(AttributeError):
        old.Tokens  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        import_module("asyncsdk.token")


def test_an_old_module_is_there_by_its_name() -> None:
    """Programs said ``asyncsdk.tokens.Token`` after ``import asyncsdk`` alone, and ``asyncsdk.ledger.Tally``."""
    program = "import asyncsdk; print(asyncsdk.tokens.Token, asyncsdk.ledger.Tally, asyncsdk.limits.Limits)"
    command = [sys.executable, "-W", "error", "-c", program]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout  # noqa: S603
    assert told == f"{Token} {asyncsdk.Tally} {asyncsdk.Limits}\n"
