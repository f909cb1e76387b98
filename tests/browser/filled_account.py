"""Filled account: something of everything that the console shows, with a text of the test's in each name."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from asyncsdk import Column, CustomField, CustomSchema, JobFailed, PasswordGrant, Session
from asyncsdk.emulator import Emulator, FailJob, RejectRows, Reply
from asyncsdk.testing import fast

__all__ = ["EMPTY_VIEWS", "fill"]

EMPTY_VIEWS = {
    "#/traffic": "No calls yet",
    "#/data/lists": "No lists yet",
    "#/data/opt-outs": "No opt-outs",
    "#/data/hard-bounces": "No hard bounces",
    "#/data/spam-complaints": "No spam complaints",
    "#/data/jobs": "No jobs yet",
    "#/data/rejected-files": "No rejected rows",
    "#/data/mail": "No mail yet",
    "#/data/transactional": "No transactional mail yet",
    "#/data/events": "No custom events yet",
    "#/data/custom-data": "No custom objects yet",
    "#/control": "Nothing is scripted",
}
"""Each view, and what it says in an account in which there is nothing."""

MAIL = "<title>Hello</title><p style='color: #222; background: #fff'>Hello, {{First Name}}</p>"


async def fill(server: Emulator, mark: str) -> dict[str, str]:
    """Fill the account; gives each view, and what it says when it has been read.

    Args:
        server: the emulator.
        mark: what names, cells and words hold.
    """
    leads = server.add_list(f"Leads {mark}", ["Email", f"City {mark}"], [["ada@example.com", f"Rome {mark}"]])
    server.add_opt_out("out@example.com", f"Origin {mark}")
    server.add_hard_bounce("hard@example.com", f"Origin {mark}")
    server.add_spam_complaint("spam@example.com", f"Origin {mark}")
    settings = server.settings
    sender = settings.senders[0]
    with fast(server):
        async with Session(grant=PasswordGrant(**server.credentials), base_url=server.url) as acton:
            draft = await acton.messages.create(type="draft", subject=f"Draft {mark}", title=mark, html=MAIL)
            await acton.messages.send(
                draft.id,
                sender_email=sender["senderEmail"],
                sender_name=sender["senderName"],
                when=datetime.now(UTC),
                send_to_ids=[leads],
            )
            sent = (await acton.messages.all(type="SENT"))[0]
            template = await acton.messages.create(type="template", subject=f"Receipt {mark}", html=MAIL)
            await acton.transactional.send(template.id, to="ada@example.com", personalization={"Note": mark})
            await acton.events.record(
                destination=f"Fair {mark}",
                action="CUSTOM_GENERAL",
                email="ada@example.com",
                when="01/02/2026",
                title=f"Stand {mark}",
                date_format="MM/dd/yyyy",
                create_destination=True,
            )
            schema = CustomSchema(name="Order", fields=[CustomField("number", "STRING")], unique_fields=["number"])
            order = (await acton.custom_data.create_schema(schema=schema))["id"]
            year = (await acton.custom_data.create_dataset(order, name=f"Year {mark}"))["id"]
            await (
                await acton.custom_data.ingest_rows(
                    order, year, rows=[{"number": mark}], mode="UPSERT", abort_on_invalid_row=False
                )
            )
            columns = [Column("Email", "EMAIL")]
            server.faults.add(RejectRows("ada@example.com"), on="lists.create")
            rows = f'Email\nada@example.com\n"{mark.replace(chr(34), chr(34) * 2)}"\n'.encode()
            report = await (await acton.lists.create(f"Upload {mark}", file=rows, columns=columns))
            server.faults.add(FailJob(f"Words {mark}"), on="lists.create")
            job = await acton.lists.create("Failed", file=b"Email\n", columns=columns)
            with suppress(JobFailed):
                await job
            await acton.contacts.upsert(leads, email="bob@example.com", data={f"City {mark}": mark})
    server.faults.add(Reply.throttled(), on="contacts.upsert")
    return {
        "#/traffic": "contacts.upsert",
        f"#/traffic/{server.calls.total}": "City",
        "#/data/lists": f"Leads {mark}",
        f"#/data/lists/{leads}": f"Rome {mark}",
        "#/data/opt-outs": f"Origin {mark}",
        "#/data/hard-bounces": f"Origin {mark}",
        "#/data/spam-complaints": f"Origin {mark}",
        "#/data/jobs": f"Words {mark}",
        f"#/data/jobs/{job.id}": f"Words {mark}",
        "#/data/rejected-files": "Lines",
        f"#/data/rejected-files/{report.rejects_file}": "ada@example.com",
        "#/data/mail": f"Draft {mark}",
        f"#/data/mail/{sent.id}": "ada@example.com",
        "#/data/transactional": f"Receipt {mark}",
        "#/data/transactional/1": mark,
        "#/data/events": f"Stand {mark}",
        "#/data/custom-data": "Order",
        f"#/data/custom-data/{order}": mark,
        "#/control": "1 use left",
    }
