"""The package stands alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

import asyncsdk


def output_of(program: str) -> str:
    """What a new process prints."""
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=180).stdout  # noqa: S603


def test_it_is_not_imported_with_the_library() -> None:
    """Who receives no webhooks pays nothing for it."""
    assert output_of("import asyncsdk, sys; print('asyncsdk.webhooks' in sys.modules)") == "False\n"


@pytest.mark.slow
def test_it_needs_no_http_client() -> None:
    """It works where the library's client cannot even be imported, and brings none of its parts along."""
    program = f"""
import sys, types
library = types.ModuleType("asyncsdk")
library.__path__ = {list(asyncsdk.__path__)!r}
sys.modules["asyncsdk"] = library
for name in ("aiohttp", "backoff", "cattrs", "multidict", "yarl", "orjson"):
    sys.modules[name] = None
import asyncsdk.webhooks
parts = {{name.split(".")[1] for name in sys.modules if name.startswith("asyncsdk.")}}
print(sorted(parts & {{"session", "transport", "wire", "codec", "models", "api"}}))
"""
    assert output_of(program) == "[]\n"
