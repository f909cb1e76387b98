"""What the emulator may import of the client: the table of endpoints and the few values that it needs."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.configuration import configure
from importlinter.contracts.forbidden import ForbiddenContract

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """Who imports whom."""
    configure()
    return grimp.build_graph("asyncsdk", include_external_packages=True, cache_dir=None)


def kept(imports: grimp.ImportGraph) -> bool:
    """Whether the contracts about the emulator hold."""
    contracts: list[dict[str, Any]] = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]
    ours = [each for each in contracts if each.get("source_modules", [""])[0].startswith("asyncsdk.emulator")]
    assert len(ours) == 2
    checks: list[bool] = []
    for contract in ours:
        options = {name: str(value) if isinstance(value, bool) else value for name, value in contract.items()}
        checked = ForbiddenContract(contract["name"], {"root_packages": ["asyncsdk"]}, options)
        checks.append(checked.check(deepcopy(imports), verbose=False).kept)
    return all(checks)


@pytest.mark.slow
def test_the_emulator_keeps_to_the_list(imports: grimp.ImportGraph) -> None:
    """It imports nothing else."""
    assert kept(imports)


@pytest.mark.parametrize(
    "imported",
    [
        "asyncsdk.brand_new",
        "asyncsdk.transport.transport",
        "asyncsdk.http.retry_policy",
        "asyncsdk.session",
        "asyncsdk",
    ],
)
def test_any_other_module_is_refused(imports: grimp.ImportGraph, imported: str) -> None:
    """Also one that is new, and a name that the package itself gives."""
    changed = deepcopy(imports)
    changed.add_module("asyncsdk.brand_new")
    assert kept(changed)
    changed.add_import(importer="asyncsdk.emulator.state.users", imported=imported)
    assert not kept(changed)
