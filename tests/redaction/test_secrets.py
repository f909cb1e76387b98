"""Nothing secret shows: not in logs, not in reprs, not in errors, for a whole run with every kind of trouble."""

from __future__ import annotations

import asyncio
import logging
import traceback
from pathlib import Path

import pytest

from asyncsdk import (
    CodeGrant,
    Column,
    FileStore,
    PollPolicy,
    RefreshGrant,
    RetryPolicy,
    Session,
    Timeout,
)
from asyncsdk.emulator import Cut, Emulator, Hang, JobSays, Reply, StallJob
from tests.support.closed_port import closed_port
from tests.support.stage import emulator, issued, outcome, password_grant, session
from tests.support.virtual_time import virtual_time

ADDRESS = "ada.lovelace+x@example.com"


class _Told:
    """All that a program could print or log."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, *values: object) -> None:
        for value in values:
            self.texts += [repr(value), str(value)]
            if isinstance(value, BaseException):
                self.texts += traceback.format_exception(value)

    def holds(self, secret: str) -> bool:
        return any(secret in text for text in self.texts)


async def _trouble(server: Emulator, acton: Session, told: _Told) -> None:
    """Make calls that go wrong in every way, with an address in each."""
    leads = server.add_list("Leads", ["Email"])
    faults = [
        Cut("arrival"), Cut("acted"), Cut("midway"), Hang(), Reply.unavailable(), Reply.gateway_page(),
        Reply.broken_json(), Reply.empty(), Reply.throttled(), Reply(400, {"errorCode": 1, "message": ADDRESS}),
        Reply(200, {"status": "success", "message": ADDRESS, "id": {"deep": ADDRESS}}),
        Reply(500, f"<p>{ADDRESS}</p>".encode(), content_type="text/html"), Reply(302, b"", {"Location": ADDRESS}),
    ]  # fmt: skip
    for fault in faults:
        server.faults.clear()
        server.faults.add(fault, on="contacts.upsert", times=2)
        told.note(await outcome(acton.contacts.upsert(leads, email=ADDRESS, data={"Email": ADDRESS})))
    server.faults.clear()
    told.note(await outcome(acton.contacts.find(leads, email=ADDRESS)))
    told.note(await outcome(acton.account.delete_user(ADDRESS)))
    told.note(await outcome(acton.lists.hard_bounces()))


async def _jobs(server: Emulator, acton: Session, told: _Told) -> None:
    leads = server.add_list("Others", ["Email"])
    for fault in (JobSays(f"{ADDRESS} is no good"), StallJob()):
        server.faults.add(fault)
        job = await acton.contacts.submit_upsert(leads, email=ADDRESS, data={})
        told.note(job, await outcome(asyncio.wait_for(job, 10_000)))
    file = f"Email\n{ADDRESS}\n".encode()
    job = await acton.lists.create("New", file=file, columns=[Column("Email", "EMAIL")])
    told.note(job, await job, acton.usage())


@pytest.mark.slow
@virtual_time
async def test_a_whole_run_tells_no_secret(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """Neither passwords nor secrets, tokens or addresses appear in logs at DEBUG, in reprs or in tracebacks."""
    caplog.set_level(logging.DEBUG)
    told = _Told()
    async with emulator() as server:
        grant = password_grant(server)
        store = FileStore(tmp_path / "token")
        policy, timeout = PollPolicy(deadline=600.0), Timeout(read=5.0)
        retry = RetryPolicy(attempts=2)
        acton = session(server, store=store, polling=policy, timeout=timeout, retry=retry)
        async with acton:
            told.note(await acton.account.get())
            await _trouble(server, acton, told)
            server.revoke_access_tokens()
            server.faults.add(Reply.unavailable(), on="token")
            await _jobs(server, acton, told)
            told.note(acton, grant, store)
        kept = await store.load()
        assert kept is not None
        wrong = password_grant(server, password="another-password", username=ADDRESS)
        async with session(server, grant=wrong) as acton:
            told.note(wrong, await outcome(acton.account.get()))
        async with session(server, base_url=f"http://127.0.0.1:{closed_port()}", token=issued(server)) as acton:
            told.note(await outcome(acton.contacts.find("l-1", email=ADDRESS)))
        told.note(kept, CodeGrant("id", "emulated-secret", "the-code", "https://localhost/"))
        told.note(RefreshGrant("id", "emulated-secret", kept.refresh_token or ""))
        secrets = [*server.credentials.values(), "another-password", ADDRESS, "ada.lovelace", "the-code"]
        secrets += [kept.access_token, kept.refresh_token or ""]
        secrets.remove("emulated-client")
    told.texts += [caplog.text, *(repr(record.__dict__) for record in caplog.records)]
    assert len(told.texts) > 50
    assert told.holds("HTTP 503")
    assert [name for name, secret in enumerate(secrets) if told.holds(secret)] == []
