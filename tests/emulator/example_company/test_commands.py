"""Commands and examples of the guides, run as they stand against ``asyncsdk emulator --example``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from asyncsdk.emulator import Emulator
from tests.docs.shell import run, running_emulator

ROOT = Path(__file__).parents[3]

COMMANDS = """
printf 'Email,First Name\\nada@example.com,Ada\\ngrace@example.com,Grace\\n' > leads.csv
asyncsdk lists
asyncsdk upsert l-0001 leads.csv
asyncsdk download l-0001 names.jsonl --fields Email --fields "First Name"
asyncsdk call contacts.upsert l-0001 --email ada@example.com --data '{"First Name": "Ada"}'
"""


@pytest.mark.slow
def test_commands_run_as_they_stand(tmp_path: Path) -> None:
    """The commands and the first example of the guides work on the company's list."""
    with running_emulator("asyncsdk emulator --example", tmp_path) as variables:
        done = run(["bash", "-euc", COMMANDS], tmp_path, variables)
        assert done.returncode == 0, done.stderr
        assert "l-0003" in done.stdout
        shutil.copy(ROOT / "examples" / "first_call.py", tmp_path)
        first = run([sys.executable, "first_call.py", "l-0001"], tmp_path, variables)
        assert first.returncode == 0, first.stderr
    assert len((tmp_path / "names.jsonl").read_text(encoding="utf-8").splitlines()) == 180


@pytest.mark.slow
async def test_a_kept_company_stays_as_it_is(tmp_path: Path) -> None:
    """The program finds the company in its file, and what was changed in it, a list that was deleted included."""
    file = tmp_path / "state.db"
    async with Emulator(db=file) as server:
        server.load_example()
        platform = server.platform
        platform.records.delete(platform.lists.require("l-0001"), 0)
        server.remove_list("l-0002")
    command = f"python -m asyncsdk.emulator --example --db {file}"
    with running_emulator(command, tmp_path) as variables:
        assert variables["ACTON_BASE_URL"].startswith("http://127.0.0.1:")
    async with Emulator(db=file) as server:
        assert len(server.rows("l-0001")) == 179
        assert "l-0002" not in server.list_ids().values()


@pytest.mark.slow
async def test_an_account_with_such_a_list_is_told(tmp_path: Path) -> None:
    """A file with a list in the company's place stays as it is: the command says so, and ends."""
    async with Emulator(db=tmp_path / "state.db") as server:
        server.add_list("Mine", ["Email"])
    command = [
        sys.executable,
        "-m",
        "asyncsdk.emulator",
        "--example",
        "--port",
        "0",
        "--db",
        str(tmp_path / "state.db"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)  # noqa: S603, ASYNC221
    assert done.returncode == 2
    assert done.stderr.startswith("python -m asyncsdk.emulator: --example: The example company has a list l-0001")
