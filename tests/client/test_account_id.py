"""Paths with ``{account_id}`` fill themselves, and ask for the number once."""

from __future__ import annotations

import asyncio
import gc

import pytest

from asyncsdk import InvalidArgument, ReplyLost, ServerError, Session, Shape
from asyncsdk.emulator import Emulator, Hang, Reply, Slow
from asyncsdk.http.messages import Json
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from tests.support.stage import outcome, stage, until
from tests.support.virtual_time import virtual_time


class Widgets(Resource):
    """Rows that no table has."""

    @route.get("/api/9/widgets/{account_id}/all", shape=Shape.GUESSED)
    async def all(self, *, account_id: str | None = None) -> Json:
        """Give every widget.

        Args:
            account_id: the account; by default the session's own.
        """


def _serve_widgets(server: Emulator, account_id: str = "12345") -> None:
    server.faults.add(Reply(200, {"widgets": 7}), on=f"/api/9/widgets/{account_id}/all", times=100)


async def _both(acton: Session) -> list[object]:
    widgets = Widgets(acton)
    return list(await asyncio.gather(widgets.all(), widgets.all()))


@virtual_time
async def test_the_account_is_asked_for_once() -> None:
    """Concurrent and later calls share one look at the account."""
    async with stage() as (server, acton):
        _serve_widgets(server)
        assert await _both(acton) == [{"widgets": 7}] * 2
        assert await _both(acton) == [{"widgets": 7}] * 2
        assert len(server.calls.of("account.get")) == 1
        assert {call.path for call in server.calls if not call.route} == {"/api/9/widgets/12345/all"}


@virtual_time
async def test_a_given_account_is_used_as_it_is() -> None:
    """A caller that names the account causes no look at all."""
    async with stage() as (server, acton):
        _serve_widgets(server, "77")
        assert await Widgets(acton).all(account_id="77") == {"widgets": 7}
        assert len(server.calls) == 1


@virtual_time
async def test_a_cancelled_caller_does_not_take_the_number_along() -> None:
    """Of two callers that wait for the account's number, one is cancelled and the other gets its result."""
    async with stage() as (server, acton):
        _serve_widgets(server)
        server.faults.add(Slow(1.0), on="account.get")
        first, second = (asyncio.ensure_future(Widgets(acton).all()) for _ in range(2))
        await asyncio.sleep(0.5)
        first.cancel()
        assert await second == {"widgets": 7}
        assert first.cancelled()
        assert len(server.calls.of("account.get")) == 1


@virtual_time
async def test_a_failed_look_is_not_kept() -> None:
    """After the account could not be read, the next call asks again."""
    async with stage() as (server, acton):
        _serve_widgets(server)
        server.faults.add(Reply.unavailable(), on="account.get", times=4)
        assert isinstance(await outcome(Widgets(acton).all()), ServerError)
        assert await Widgets(acton).all() == {"widgets": 7}
        assert len(server.calls.of("account.get")) == 5


@virtual_time
async def test_closing_ends_callers_that_wait_for_the_number() -> None:
    """A close in the middle of the look ends the caller with what became of the look, and sends nothing more."""
    async with stage() as (server, acton):
        _serve_widgets(server)
        server.faults.add(Slow(60.0), on="account.get")
        caller = asyncio.ensure_future(outcome(Widgets(acton).all()))
        await asyncio.sleep(0.5)
        await acton.close()
        assert isinstance(await caller, ReplyLost)
        assert len([call for call in server.calls if not call.route]) == 0


@virtual_time
async def test_a_failure_that_nobody_waits_for_is_not_reported() -> None:
    """When the session closes after the only caller was cancelled, asyncio logs no forgotten exception."""
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    async with stage() as (server, acton):
        server.faults.add(Hang(), on="account.get")
        task = asyncio.ensure_future(Widgets(acton).all())
        await until(lambda: len(server.calls.of("account.get")) == 1)
        task.cancel()
        await asyncio.wait([task])
        await acton.close()
    del acton, task
    gc.collect()
    assert reported == []


async def test_wrong_arguments_are_refused_before_the_account_is_asked_for() -> None:
    """A call whose arguments cannot be sent makes no call at all."""
    async with stage() as (server, acton):
        with pytest.raises(InvalidArgument, match="emails"):
            await acton.audience.delete_by_emails(emails=[])
        assert not server.calls


@virtual_time
async def test_a_call_sends_what_it_was_given_before_the_account_was_asked_for() -> None:
    """A list that the program changes while the account's number is asked for travels as it was."""
    async with stage() as (server, acton):
        server.faults.add(Slow(1.0), on="account.get")
        emails = ["ada@example.com"]
        deleting = asyncio.ensure_future(acton.audience.delete_by_emails(emails=emails))
        await asyncio.sleep(0.5)
        emails.append("bob@example.com")
        await deleting
        server.calls.assert_one("audience.delete_by_emails", emails=["ada@example.com"])
