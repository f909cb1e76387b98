"""The lines for a crontab: that of docs/cron.md works night after night, whatever became of the night before."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from asyncsdk.cli.exit_codes import Exit
from asyncsdk.emulator import Emulator, Reply, Settings, Slow
from tests.docs.commands import command_lines
from tests.docs.documents import ROOT, blocks
from tests.docs.shell import variables_of
from tests.support.redis_fixtures import OwnServers

CRONTAB = next(block.text for block in blocks(ROOT / "docs" / "cron.md") if "MAILTO" in block.text)
DEPLOYMENT = command_lines(ROOT / "docs" / "deployment.md")
BESIDE, HERE, THERE = (line for line in DEPLOYMENT if line.startswith(("30 3 * * *", "45 3 * * *")))


def command_of(line: str) -> str:
    """What cron gives to the shell: an escaped percent sign stands for itself."""
    return line.split(maxsplit=5)[5].replace("\\%", "%")


COMMAND = command_of(next(line for line in CRONTAB.splitlines() if line.startswith("30 3 * * *")))


def leads(folder: Path, night: int, bad: int = 0) -> None:
    """A night's file: the addresses of the nights before, new values, and some rows that cannot be used."""
    rows = [f"user{number}@example.com,Night {night}\n" for number in range(60 + night)]
    (folder / "leads.csv").write_text("Email,First Name\n" + "".join(rows) + "nobody,x\n" * bad, encoding="utf-8")


async def begun(home: Path, variables: Mapping[str, str], command: str = COMMAND) -> Process:
    """Begin as cron does: by ``sh``, in the home folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {"HOME": str(home), "PATH": path, "PYTHONWARNINGS": "error"}
    (home / "nightly" / "acton.env").write_text("".join(f"export {k}='{v}'\n" for k, v in variables.items()))
    return await asyncio.create_subprocess_exec(
        "sh", "-c", command, cwd=home, env=environment, stdout=PIPE, stderr=PIPE, start_new_session=True
    )


def a_day_passes(journal: Path) -> None:
    """What was sent was sent a day ago."""
    with closing(sqlite3.connect(journal)) as database, database:
        # The process may have been killed before it wrote down that all of the file has left.
        update = "UPDATE files SET sent_at = sent_at - 86400 WHERE state IN ('sending', 'sent')"
        assert database.execute(update).rowcount == 1


async def night(home: Path, variables: Mapping[str, str], command: str = COMMAND) -> tuple[int | None, str]:
    """Run a night to its end; gives the exit code and all that cron would mail."""
    process = await begun(home, variables, command)
    out, err = await process.communicate()
    return process.returncode, (out + err).decode()


@pytest.mark.slow
async def test_the_nightly_line_works_night_after_night(tmp_path: Path) -> None:
    """Each night has other rows; one is killed, one meets an outage, one has too many bad rows: no other speaks."""
    folder = tmp_path / "nightly"
    folder.mkdir()
    settings = Settings(calls_per_second=None, job_pending=0.0, job_running=0.1)
    async with Emulator(settings) as server:
        list_id = server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
        variables = {**variables_of(server), "ACTON_TOKEN_FILE": str(folder / "token.json")}

        def all_there(number: int) -> bool:
            names = [row[1] for row in server.rows(list_id)]
            return names == [f"Night {number}"] * (60 + number)

        leads(folder, 0)
        assert await night(tmp_path, variables) == (0, "")
        leads(folder, 1, bad=1)
        assert await night(tmp_path, variables) == (0, "")
        assert all_there(1)

        leads(folder, 2)
        server.faults.add(Slow(600), on="lists.merge")
        killed = await begun(tmp_path, variables)
        await server.calls.arrived("lists.merge", len(server.calls.of("lists.merge")) + 1)
        os.killpg(killed.pid, signal.SIGKILL)
        await killed.communicate()
        server.faults.clear()
        a_day_passes(folder / "leads.journal")

        leads(folder, 3)
        assert await night(tmp_path, variables) == (0, "")
        assert all_there(3)
        assert (folder / "leads.journal.aside-1").is_file()

        leads(folder, 4)
        server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="lists.merge", times=1000)
        code, told = await night(tmp_path, variables)
        assert (code, "asyncsdk: No" in told) == (4, True)
        server.faults.clear()

        leads(folder, 5, bad=20)
        code, told = await night(tmp_path, variables)
        assert (code, "20 rejected: impossible address" in told) == (1, True)
        assert all_there(5)
        assert len(list(folder.glob("rejects-*.reasons.csv"))) == 1
        leads(folder, 6)
        assert await night(tmp_path, variables) == (0, "")
        assert all_there(6)


@pytest.mark.slow
async def test_the_lines_of_the_deployment(tmp_path: Path, own_servers: OwnServers, account: str) -> None:
    """One beside a web application sends the file; of two machines with one run in Redis only the first does."""
    folder = tmp_path / "nightly"
    folder.mkdir()
    leads(folder, 0)
    places = {
        "/etc/acton.env": f"{folder}/acton.env",
        "/opt/acton/bin/": "",
        "/var/lib/acton": str(folder),
        "/mnt/leads": str(folder),
        "$(date +%F)": "2026-01-31",  # else midnight may come between the two machines
    }

    def here(line: str) -> str:
        command = command_of(line)
        for place, mine in places.items():
            command = command.replace(place, mine)
        return command

    async with Emulator(Settings(calls_per_second=None, job_pending=0.0, job_running=0.1)) as server:
        server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
        variables = variables_of(server)
        beside = {**variables, "ACTON_TOKEN_FILE": str(folder / "token.json")}
        assert await night(tmp_path, beside, here(BESIDE)) == (0, "")
        assert len(server.calls.of("lists.merge")) == 1
        redis = own_servers(options=("--appendonly", "yes"))
        shared = {**variables, "ACTON_REDIS_URL": redis.url, "ACTON_ACCOUNT": account}
        for line in (HERE, THERE):
            assert await night(tmp_path, shared, here(line)) == (0, "")
            assert len(server.calls.of("lists.merge")) == 2


def test_the_page_tells_each_exit_code() -> None:
    """Whoever reads the mail finds every code that a command can end with."""
    page = (ROOT / "docs" / "cron.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([\d, ]+) \|", page, re.MULTILINE)
    assert {int(code) for codes in listed for code in codes.split(", ")} == {int(code) for code in Exit}
