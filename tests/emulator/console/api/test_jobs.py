"""The console's endpoints of jobs and of rejected rows."""

from __future__ import annotations

from asyncsdk.emulator import Emulator, StallJob
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw

SHEET = "Email,First Name\nada@example.com,Ada\nno address,Bob\n"


async def job_of(server: Emulator, raw: Raw) -> str:
    """Submit a merge that a fault stalls; gives the job's id."""
    server.faults.add(StallJob(), on="lists.merge")
    list_id = server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
    return str((await raw.merge(list_id, SHEET)).json["jobId"])


async def test_jobs_are_listed_and_finished(server: Emulator, raw: Raw, console: ConsoleClient) -> None:
    """A stalled job is listed as that; finished, it tells its result and the file of its rejected rows."""
    job = await job_of(server, raw)
    told = {"id": job, "kind": "list", "state": "stalled", "accepted_time": 1_700_000_000_000}
    told |= {"words": "", "details": None, "rejected_file": None}
    assert (await console.ask("GET", "/jobs")).told == (200, {"total": 1, "jobs": [told]})
    assert (await console.ask("GET", "/jobs?offset=1")).told == (200, {"total": 1, "jobs": []})
    status, done = (await console.ask("POST", f"/jobs/{job}/finish")).told
    assert (status, done["state"], done["details"]["appendCount"]) == (200, "done", 1)
    assert (await console.ask("GET", f"/jobs/{job}")).told == (200, done)
    name = done["rejected_file"]
    assert (await console.ask("GET", "/rejected-files")).told == (
        200,
        {"total": 1, "files": [{"name": name, "lines": 2}]},
    )
    text = "Email,First Name\r\nno address,Bob\r\n"
    assert (await console.ask("GET", f"/rejected-files/{name}")).told == (
        200,
        {"name": name, "text": text, "truncated": False},
    )


async def test_a_job_is_stalled_and_failed(server: Emulator, raw: Raw, console: ConsoleClient) -> None:
    """A job is stalled, fails with a text, and cannot be changed after that."""
    job = await job_of(server, raw)
    assert (await console.ask("POST", f"/jobs/{job}/stall")).json["state"] == "stalled"
    status, failed = (await console.ask("POST", f"/jobs/{job}/fail", {"text": "Out of paper"})).told
    assert (status, failed["state"], failed["words"]) == (200, "failed", "Out of paper")
    status, refused = (await console.ask("POST", f"/jobs/{job}/finish")).told
    assert (status, refused) == (
        400,
        {"error": f"Job {job} has failed; only one that is pending or running can be changed."},
    )


async def test_what_is_not_there_is_told(server: Emulator, raw: Raw, console: ConsoleClient) -> None:
    """An unknown job or file is 404, and a text that is none is 400, each with a sentence."""
    assert (await console.ask("POST", "/jobs/x/finish")).told == (404, {"error": "There is no job x."})
    assert (await console.ask("GET", "/jobs/7")).told == (404, {"error": "There is no job 7."})
    assert (await console.ask("GET", "/rejected-files/x.csv")).told == (404, {"error": "There is no file 'x.csv'."})
    job = await job_of(server, raw)
    assert (await console.ask("POST", f"/jobs/{job}/fail", {"text": 1})).told == (
        400,
        {"error": "text is a text, not 1."},
    )


async def test_a_long_file_is_cut(server: Emulator, raw: Raw, console: ConsoleClient) -> None:
    """Of a file with more than a thousand rejected rows the first are told, and that there are more."""
    server.platform.rejected_rows.write("long.csv", [[f"row {number}"] for number in range(1_500)])
    told = ((await console.ask("GET", "/rejected-files/long.csv")).told)[1]
    assert (told["text"].count("\n"), told["truncated"]) == (1_000, True)
