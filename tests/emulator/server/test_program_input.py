"""Input of test programs: what cannot be is a clear error, and never waits for ever in silence."""

from __future__ import annotations

import math
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from asyncsdk import TABLE, InvalidArgument, RetryPolicy, ServerError, Session
from asyncsdk.emulator import (
    Clock,
    Cut,
    Emulator,
    FailJob,
    Hang,
    JobSays,
    Pass,
    RejectRows,
    Reply,
    Settings,
    Slow,
    SlowJob,
    StallJob,
)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("contacts.upsrt", "contacts.upsert"),
        ("contact.upsert", "contacts.upsert"),
        ("contcts.*", "No call is named"),
        ("tokens", "Did you mean token"),
        ("", "No call is named"),
        ("Any", "Did you mean any"),
        ("/api/1/list/{listid}/record", "/api/1/list/{list_id}/record"),
        ("/api/1/list?count=5", "without a query"),
        (None, "not NoneType"),
    ],
)
async def test_a_fault_that_would_never_happen_is_refused(server: Emulator, on: Any, said: str) -> None:
    """A name that no call has is an error with the nearest names, and nothing is added to the script."""
    with pytest.raises(InvalidArgument) as told:
        server.faults.add(Reply(500), on=on)
    assert said in str(told.value)
    assert server.faults.left == 0


@pytest.mark.slow
@pytest.mark.parametrize("on", [*TABLE, "token", "authorize", "any", "*", "lists.*", "/api/9/nothing", "*/record"])
async def test_every_name_of_a_call_is_taken(server: Emulator, on: str) -> None:
    """Every route, both fixed endpoints, patterns of them, and any path: programs may ask for unknown ones."""
    server.faults.add(Pass(), on=on)
    assert server.faults.left == 1


@pytest.mark.parametrize("times", [0, -1, 1.5, True, "2", None])
async def test_times_is_a_whole_number_from_one_on(server: Emulator, times: Any) -> None:
    """Otherwise the fault would happen once, or never."""
    with pytest.raises(InvalidArgument, match="times is a whole number from 1 on"):
        server.faults.add(Pass(), times=times)


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ((), "Nothing is given"),
        ((Reply,), "Reply is a class"),
        ((503,), "A fault is one of Reply, Cut"),
        ((StallJob(), None), "not NoneType"),
    ],
)
async def test_what_is_no_fault_is_refused(server: Emulator, faults: Any, said: str) -> None:
    """A class, a bare status, or nothing at all."""
    with pytest.raises(InvalidArgument, match=said):
        server.faults.add(*faults)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Reply(99), "status is a whole number from 200 to 599, not 99"),
        (lambda: Reply(600), "status is"),
        (lambda: Reply("503"), "status is"),  # type: ignore[arg-type]
        (lambda: Reply.gateway_page(100), "status is"),
        (lambda: Reply(200, object()), "body is bytes or a value that JSON can say"),
        (lambda: Reply(200, headers={"X": "a\r\nSet-Cookie: b"}), "The header X"),
        (lambda: Reply(200, headers=[("X", "a")]), "headers are texts"),  # type: ignore[arg-type]
        (lambda: Reply(200, content_type="a\nb"), "content_type is one line"),
        (lambda: Reply(200, acted="no"), "acted is True or False"),  # type: ignore[arg-type]
        (lambda: Cut("midwya"), "Did you mean midway"),  # type: ignore[arg-type]
        (lambda: Hang(1), "acted is True or False"),  # type: ignore[arg-type]
        (lambda: Slow(-1), "seconds is a number of seconds from 0 on, not -1"),
        (lambda: Slow(math.nan), "seconds is"),
        (lambda: SlowJob(pending=-0.1), "pending is"),
        (lambda: SlowJob(running="2"), "running is"),  # type: ignore[arg-type]
        (lambda: FailJob(3), "text is a text"),  # type: ignore[arg-type]
        (lambda: JobSays(None), "text is a text"),  # type: ignore[arg-type]
        (lambda: RejectRows(7), "which is a text or a function, not int"),  # type: ignore[arg-type]
        (lambda: RejectRows("a@example.com", column=1), "column is a text or None"),  # type: ignore[arg-type]
        (lambda: RejectRows("a@example.com", reason=None), "reason is a text"),  # type: ignore[arg-type]
        (lambda: Settings(calls_per_second=-1), "calls_per_second is a whole number from 0 on"),
        (lambda: Settings(calls_per_day=2.5), "calls_per_day is"),  # type: ignore[arg-type]
        (lambda: Settings(token_life=-1), "token_life is"),
        (lambda: Settings(job_life=math.nan), "job_life is"),
        (lambda: Settings(time_zone="Mars/Olympus"), "time_zone is a zone such as"),
        (lambda: Settings(strict=None), "strict is True or False"),  # type: ignore[arg-type]
        (lambda: Settings(password=5), "password is a text"),  # type: ignore[arg-type]
        (lambda: setattr(Settings(), "upload_bytes", -5), "upload_bytes is"),
        (lambda: Clock().advance(math.inf), "seconds is a finite number"),
        (lambda: Clock().advance("60"), "seconds is a finite number"),  # type: ignore[arg-type]
        (lambda: Emulator(port=70_000), "port is a whole number from 0 to 65535"),
    ],
)
async def test_values_that_cannot_be(make: Callable[[], object], said: str) -> None:
    """Each is refused where it is given, with its name and what it may be."""
    with pytest.raises(InvalidArgument) as told:
        make()
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda server: server.calls.of("contacts.upsrt"), "Did you mean contacts.upsert"),
        (lambda server: server.calls.of(["contacts.upsert"]), "There is no call"),
        (lambda server: server.rows("l-9"), "There is no list 'l-9' here; the lists that there are: l-0001"),
        (lambda server: server.records("l-9"), "There is no list"),
        (lambda server: server.headings("l-9"), "There is no list"),
        (lambda server: server.add_list("L", []), "one or more headings"),
        (lambda server: server.add_list("L", "Email"), "one or more headings, not 'Email'"),
        (lambda server: server.add_list("L", [("Email", "EMIAL")]), "Did you mean EMAIL"),
        (lambda server: server.add_list("L", [("", "EMAIL")]), "A column is a heading"),
        (lambda server: server.add_list("L", ["Email"], list_id="l-0001"), "There is a list l-0001 already"),
        (lambda server: server.add_list("L", ["Email"], [["a@b.c", "Ada"]]), "Row 1 has 2 cells"),
        (lambda server: server.add_list("L", ["Email"], [{"E-mail": "a"}]), "Row 1: there is no column 'E-mail'"),
        (lambda server: server.add_list("L", ["Email"], [["a"], [1]]), "Row 2 has a cell of type int"),
        (lambda server: server.add_list("L", ["Email"], ["ada@example.com"]), "Row 1 is a text"),
        (lambda server: server.add_hard_bounce("ada"), "is no e-mail address"),
        (lambda server: server.subscription("a@example.com", "Newsleter"), "Did you mean Newsletter"),
    ],
)
async def test_what_is_not_there(server: Emulator, ask: Callable[[Emulator], object], said: str) -> None:
    """Lists, columns, categories and calls are looked up by name; a wrong one leaves nothing behind."""
    server.add_list("Leads", ["Email"])
    with pytest.raises(InvalidArgument) as told:
        ask(server)
    assert said in str(told.value)
    assert server.list_ids() == {"Leads": "l-0001"}


async def test_nobody_waits_for_a_call_that_cannot_come(server: Emulator) -> None:
    """Waiting for a misspelt route would never end."""
    with pytest.raises(InvalidArgument, match=r"Did you mean lists\.merge"):
        await server.calls.arrived("lists.mrge")


@pytest.mark.slow
def test_programs_of_any_folder_share_the_token_file_that_it_prints(tmp_path: Path) -> None:
    """The path is absolute and quoted for the shell: whoever exports it elsewhere logs in only once."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    command = [sys.executable, "-m", "asyncsdk.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as program:  # noqa: S603
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(8)]
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0
    port = urlsplit(lines[0].split()[-1]).port
    assert shlex.split(lines[7], comments=True)[1] == f"ACTON_TOKEN_FILE={folder / f'emulator-token-{port}.json'}"


async def test_a_fault_may_be_put_on_any_method_that_makes_a_call(server: Emulator) -> None:
    """Also on one that the table does not list: it happens to that method, and not to the others on its path."""
    leads = server.add_list("Leads", ["Email"], [["ada@example.com"]])
    server.faults.add(Reply.unavailable(), on="lists.download_rows", times=9)
    policy = RetryPolicy(attempts=1)
    async with Session(token=server.issue_token()["access_token"], base_url=server.url, retry=policy) as acton:
        assert (await acton.lists.download(leads)).total_count == 1
        with pytest.raises(ServerError):
            await anext(aiter(acton.lists.download_rows(leads)))
    assert server.faults.left == 8
