"""The fixtures that users get."""

from __future__ import annotations

from asyncsdk import Session
from asyncsdk.emulator import Emulator


async def test_the_fixtures_work_together(acton: Session, acton_server: Emulator) -> None:
    """The session is open, and its calls arrive at the server."""
    leads = acton_server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
    await acton.contacts.upsert(leads, email="ada@example.com", data={"First Name": "Ada"})
    assert acton_server.rows(leads) == [["ada@example.com", "Ada"]]
    assert [call.route for call in acton_server.calls] == ["token", "contacts.upsert"]
