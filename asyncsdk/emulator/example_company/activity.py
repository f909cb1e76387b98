"""Activity of the example company: custom events, orders as custom data, a segment, and jobs that are done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from asyncsdk.emulator.example_company.company_lists import CUSTOMERS, LEADS, READERS
from asyncsdk.emulator.example_company.timeline import Timeline
from asyncsdk.emulator.state.audience import PARENT, AudienceRepository
from asyncsdk.emulator.state.custom_rows import CustomRowRepository
from asyncsdk.emulator.state.custom_schemas import CustomSchemaRepository
from asyncsdk.emulator.state.job_table import JobTable
from asyncsdk.emulator.state.segments import SegmentRepository

__all__ = ["write_activity"]

_ORDER: Final[Mapping[str, Any]] = {
    "name": "Order",
    "description": "Orders of the shop",
    "fields": [
        {"name": "number", "type": "STRING"},
        {"name": "email", "type": "STRING"},
        {"name": "coffee", "type": "STRING"},
        {"name": "bags", "type": "INTEGER"},
        {"name": "total", "type": "DOUBLE"},
    ],
    "requiredFields": ["email", "coffee"],
    "uniqueFieldSet": ["number"],
    "primaryEmailField": "email",
}
_COFFEES: Final = ("Yirgacheffe", "Cajamarca", "Ermera", "House blend")

_BAD_LEADS: Final = (
    ["Email", "First Name", "Last Name"],
    ["maya.abbott(at)example.com", "Maya", "Abbott"],
    ["", "Jonas", "Bauer"],
    ["priya.castillo@", "Priya", "Castillo"],
)


def write_activity(timeline: Timeline) -> None:
    """Write all of it."""
    _write_events(timeline)
    _write_orders(timeline)
    _write_segment(timeline)
    _write_jobs(timeline)


def _write_events(timeline: Timeline) -> None:
    events = timeline.state.events
    tastings = events.make_set("Tastings")
    downloads = events.make_set("Downloads")
    with timeline.state.store.batch():
        for number, row in enumerate(LEADS.rows[:36]):
            signed_up, came = timeline.go_to(30 - number / 4), timeline.go_to(14)
            events.add(tastings, row[0], "CUSTOM_REGISTERED", signed_up, "Spring tasting", "By the web form")
            if number % 3:
                events.add(tastings, row[0], "CUSTOM_ATTENDED", came, "Spring tasting", "")
        for number, row in enumerate(LEADS.rows[20:44]):
            happened = timeline.go_to(20 - number / 2)
            events.add(downloads, row[0], "CUSTOM_DOWNLOADED", happened, "Brewing guide", "PDF")


def _write_orders(timeline: Timeline) -> None:
    objects = timeline.state.repository(CustomSchemaRepository)
    rows = timeline.state.repository(CustomRowRepository)
    timeline.go_to(80)
    schema = objects.add_schema(_ORDER)
    dataset = objects.add_dataset(schema, "Shop", "What the web shop has sold", is_default=True)
    with timeline.state.store.batch():
        for number in range(72):
            customer = CUSTOMERS.rows[number * 5 % len(CUSTOMERS.rows)]
            bags = 1 + number % 4
            timeline.go_to(78 - number)
            order = {"number": f"N-{1001 + number}", "email": customer[0], "bags": bags, "total": bags * 11.5}
            rows.put(schema, dataset, {**order, "coffee": _COFFEES[number % len(_COFFEES)]})


def _write_segment(timeline: Timeline) -> None:
    audience = timeline.state.repository(AudienceRepository)
    segments = timeline.state.repository(SegmentRepository)
    timeline.go_to(50)
    with timeline.state.store.batch():
        contacts = [
            audience.add({"email": row[0], "firstName": row[1], "lastName": row[2], "company": row[3]})
            for row in CUSTOMERS.rows[:40]
        ]
    weekly = segments.add("Cafés that order weekly", "DIRECT_SELECT", PARENT, None)
    segments.put(weekly, [contact.id for contact in contacts[::3]])


def _write_jobs(timeline: Timeline) -> None:
    jobs = JobTable(timeline.state.store)
    rejects = f"bad_upload_records_{timeline.state.settings.account_id}_100000000000000001.dat_bad.csv"

    def add(kind: str, days_ago: float) -> int:
        return jobs.add(kind, timeline.go_to(days_ago) / 1000, 0.5, 1.0, None, None)

    done = {"status": "ok", "updateCount": 0, "failedCount": 0, "rejectedCount": 0}
    readers = {**done, "listId": READERS.id, "appendCount": len(READERS.rows)}
    jobs.keep_result(add("list", READERS.since), readers)
    leads = {**done, "listId": LEADS.id, "appendCount": len(LEADS.rows), "rejectedCount": len(_BAD_LEADS) - 1}
    jobs.keep_result(add("list", LEADS.since), {**leads, "rejectedRecordsUrl": rejects})
    timeline.state.rejected_rows.write(rejects, _BAD_LEADS)
    tastings = {"status": "ok", "customEventsId": timeline.state.events.set_of("Tastings")}
    jobs.keep_result(add("events", 13), {**tastings, "appendCount": 60, "rejectedCount": 0})
    jobs.set_failed(add("list", 9), "The file cannot be read")
    jobs.keep_result(add("ingest", 6), {"inserted": 71, "updated": 0, "deleted": 0, "rejected": 0})
