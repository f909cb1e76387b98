"""Data: what the account holds is found, changed and deleted in the page."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk import Column, JobFailed, Session
from asyncsdk.emulator import Emulator
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_records_are_found_edited_and_deleted(console: ConsolePage, server: Emulator) -> None:
    """The page finds a record among many; a change and a deletion are done in the account."""
    rows = [[f"{number}@example.com", "Rome"] for number in range(60)] + [["ada@example.com", "London"]]
    leads = server.add_list("Leads", ["Email", "City"], rows)
    await console.open("#/data/lists")
    await console.page.get_by_role("link", name="Leads").click()
    await expect(console.rows("Records of Leads")).to_have_count(50)
    await console.page.get_by_role("searchbox", name="Search records").fill("LONDON")
    await expect(console.rows("Records of Leads")).to_have_count(1)

    await console.page.get_by_role("button", name="Edit").click()
    await console.dialog.get_by_label("Email").fill("ada@example.org")
    await console.dialog.get_by_role("button", name="Save").click()
    await expect(console.rows("Records of Leads")).to_contain_text("ada@example.org")
    assert ["ada@example.org", "London"] in server.rows(leads)

    await console.page.get_by_role("button", name="Delete l-").click()
    await console.button("Delete the record").click()
    await expect(console.page.get_by_role("heading", name="Nothing found")).to_be_visible()
    assert len(server.rows(leads)) == 60


async def test_what_programs_change_is_shown(console: ConsolePage, server: Emulator, acton: Session) -> None:
    """A list that is open follows the account, without a reload."""
    leads = server.add_list("Leads", ["Email", "City"])
    await console.open(f"#/data/lists/{leads}")
    await expect(console.page.get_by_role("heading", name="No records yet")).to_be_visible()
    await acton.contacts.upsert(leads, email="ada@example.com", data={"City": "London"})
    await expect(console.rows("Records of Leads")).to_contain_text("London")


async def test_another_list_of_the_same_id_is_shown_as_it_is(console: ConsolePage, server: Emulator) -> None:
    """After a reset, the name and the headings of an open list are those of the list that is there now."""
    server.add_list("Leads", ["Email", "City"], [["ada@example.com", "London"]], list_id="l-0001")
    await console.open("#/data/lists/l-0001")
    await expect(console.rows("Records of Leads")).to_contain_text("London")
    await server.reset()
    server.add_list("Orders", ["Number", "Buyer"], [["17", "grace@example.com"]], list_id="l-0001")
    await expect(console.rows("Records of Orders")).to_contain_text("grace@example.com")
    await expect(console.page.get_by_role("columnheader", name="Buyer")).to_be_visible()
    await expect(console.page.get_by_role("heading", name="Leads")).to_have_count(0)


async def test_lists_and_opt_outs_are_added(console: ConsolePage, server: Emulator) -> None:
    """A list of the page is a list of the account; so is an opt-out. A mistake is told in the dialog."""
    server.add_list("Leads", ["Email"], list_id="l-0001")
    await console.open("#/data")
    await console.button("Add a list").click()
    await console.dialog.get_by_label("Name").fill("Newsletter")
    await console.dialog.get_by_label("Columns").fill("Email, City")
    await console.dialog.get_by_label("Id").fill("l-0001")
    await console.dialog.get_by_role("button", name="Add the list").click()
    await expect(console.dialog.get_by_role("alert")).to_have_text("There is a list l-0001 already.")
    console.watch.allow("400")
    await console.dialog.get_by_label("Id").fill("")
    await console.dialog.get_by_label("Records").fill("ada@example.com, London")
    await console.dialog.get_by_role("button", name="Add the list").click()
    await expect(console.rows("Records of Newsletter")).to_have_count(1)
    assert server.rows(server.list_ids()["Newsletter"]) == [["ada@example.com", "London"]]

    await console.page.get_by_role("link", name="Opt-outs").click()
    await console.button("Add an opt-out").click()
    await console.dialog.get_by_label("Address").fill("ada@example.com")
    await console.dialog.get_by_role("button", name="Add an opt-out").click()
    await expect(console.rows("Opt-outs")).to_have_count(1)


async def test_jobs_are_finished_stalled_and_failed(console: ConsolePage, server: Emulator, acton: Session) -> None:
    """What is done to a job in the page is what the program that waits for it gets."""
    server.settings.job_pending = 3600.0
    await console.open("#/data/jobs")
    job = await acton.lists.create("Leads", file=b"Email\nada@example.com\n", columns=[Column("Email", "EMAIL")])
    await expect(console.rows("Jobs")).to_have_count(1)
    await console.button(f"Stall job {job.id}").click()
    await expect(console.rows("Jobs")).to_contain_text("stalled")
    await console.button(f"Finish job {job.id}").click()
    await expect(console.rows("Jobs")).to_contain_text("done")
    assert (await job).appended == 1

    job = await acton.lists.create("More", file=b"Email\nada@example.com\n", columns=[Column("Email", "EMAIL")])
    await console.button(f"Fail job {job.id}").click()
    await console.dialog.get_by_label("Words").fill("The disk is full")
    await console.button("Fail the job").click()
    await expect(console.rows("Jobs").first).to_contain_text("failed")
    with pytest.raises(JobFailed, match="The disk is full"):
        await asyncio.wait_for(job, 30)
