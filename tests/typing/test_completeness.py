"""Type completeness: nothing is left for type checkers to guess, and every result type can be imported."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import asyncsdk
from asyncsdk import client, models

ROOT = Path(__file__).parents[2]
FLOOR = 0.99
HOMES = ["asyncsdk", "asyncsdk.api", "asyncsdk.bulk", "asyncsdk.queue", "asyncsdk.webhooks", "asyncsdk.emulator"]
"""The packages that users import names from."""


@pytest.mark.slow
def test_every_public_type_is_known_to_pyright(tmp_path: Path) -> None:
    """``pyright --verifytypes`` knows at least 99 of 100 public symbols, from outside of the project."""
    command = [sys.executable, "-m", "pyright", "--verifytypes", "asyncsdk", "--ignoreexternal", "--outputjson"]
    told = subprocess.run(  # noqa: S603
        [*command, "--pythonpath", sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout
    report = json.loads(told[told.index("{") :])["typeCompleteness"]
    unsure = [each["name"] for each in report["symbols"] if each["isExported"] and not each["isTypeKnown"]]
    assert report["exportedSymbolCounts"]["withKnownType"] > 4000
    assert report["completenessScore"] >= FLOOR, unsure


def model_modules() -> list[str]:
    """Every module of models, as the folder has it; but for what their fields and values are written with."""
    folder = Path(models.__file__).parent
    return [file.stem for file in folder.glob("*.py") if file.stem not in {"__init__", "clear", "fields", "wire"}]


@pytest.mark.parametrize("module", sorted(model_modules()))
def test_every_model_is_exported(module: str) -> None:
    """A model that is added, and that ``asyncsdk`` does not export, is found here."""
    names = set(importlib.import_module(f"asyncsdk.models.{module}").__all__)
    assert names <= set(models.__all__)
    assert names <= set(asyncsdk.__all__)


def parts_of(annotation: Any) -> Iterator[Any]:
    """The classes that an annotation is made of."""
    if isinstance(annotation, (list, tuple)):
        for each in annotation:
            yield from parts_of(each)
        return
    yield typing.get_origin(annotation) or annotation
    for each in typing.get_args(annotation):
        yield from parts_of(each)


def public_methods() -> Iterator[Any]:
    """What users call: the namespaces of the table, bulk runs, queues and jobs."""
    owners: list[Any] = list(client.NAMESPACES.values())
    owners += [
        importlib.import_module("asyncsdk.bulk").Bulk,
        importlib.import_module("asyncsdk.queue").ContactQueue,
    ]
    owners += [asyncsdk.Job, asyncsdk.Pages, asyncsdk.Page]
    for owner in owners:
        for name, method in inspect.getmembers(owner, inspect.isfunction):
            if not name.startswith("_"):
                yield pytest.param(method, id=f"{owner.__name__}.{name}")


@pytest.mark.parametrize("method", list(public_methods()))
def test_what_methods_take_and_give_can_be_imported(method: Any) -> None:
    """Every class of ours in a public signature is exported by a package that is documented."""
    modules = [importlib.import_module(home) for home in HOMES]
    exported = {id(getattr(module, name)) for module in modules for name in module.__all__}
    for name, annotation in typing.get_type_hints(method).items():
        for part in parts_of(annotation):
            if inspect.isclass(part) and part.__module__.startswith("asyncsdk"):
                assert id(part) in exported, f"{name}: {part.__module__}.{part.__qualname__}"
