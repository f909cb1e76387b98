"""Custom data through a session: what each call gives, how jobs end, and how queries are walked."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import (
    Conflict,
    InvalidRequest,
    JobDetached,
    JobFailed,
    NotFound,
    PermissionDenied,
    PollPolicy,
    Session,
)
from asyncsdk.emulator import Emulator, FailJob, JobSays
from asyncsdk.models import CustomField, CustomSchema, IngestReport, SortField
from tests.support.stage import outcome, stage
from tests.support.virtual_time import virtual_time

ORDER = CustomSchema(
    name="Order",
    fields=[CustomField("number", "STRING"), CustomField("sum"), {"name": "buyer"}],
    required_fields=["sum"],
    unique_fields=["number"],
)


async def made(acton: Session, rows: int = 0) -> tuple[str, str]:
    """An object and a dataset with rows."""
    data = acton.custom_data
    object_id = (await data.create_schema(schema=ORDER))["id"]
    dataset = (await data.create_dataset(object_id, name="2026", description="A year"))["id"]
    if rows:
        await ingested(acton, object_id, dataset, [{"number": each, "sum": each % 7} for each in range(rows)])
    return object_id, dataset


async def ingested(acton: Session, object_id: str, dataset: str, rows: Any, **given: Any) -> IngestReport:
    """The report of a JSON ingest."""
    given = {"mode": "UPSERT", "abort_on_invalid_row": False, **given}
    report: IngestReport = await (await acton.custom_data.ingest_rows(object_id, dataset, rows=rows, **given))
    return report


@virtual_time
async def test_schemas_and_fields() -> None:
    """What is created can be listed, read, changed and deleted, models and mappings alike."""
    async with stage(calls_per_second=None) as (server, acton):
        data = acton.custom_data
        assert await data.create_schema(schema=ORDER, dry_run=True)
        assert await data.schemas() == {"schemas": []}
        object_id = (await data.create_schema(schema=ORDER))["id"]
        assert (await data.schema(object_id))["requiredFields"] == ["sum"]
        changed = await data.update_schema(object_id, schema={"description": "Bought"})
        assert changed["description"] == "Bought"
        await data.add_fields(object_id, fields=[CustomField("size"), {"name": "hue"}])
        await data.update_fields(object_id, fields=[CustomField("size", display_name="Size")])
        left = await data.delete_fields(object_id, fields=["hue", "buyer"])
        assert [field["name"] for field in left["fields"]] == ["number", "sum", "size"]
        assert left["fields"][2]["displayName"] == "Size"
        await data.delete_schema(object_id, hard=True, delete_everything=True)
        assert isinstance(await outcome(data.schema(object_id)), NotFound)
        assert len(server.calls.of("account.get")) == 1


@virtual_time
async def test_all_schemas_go_only_when_meant() -> None:
    """One call deletes them all, with their datasets."""
    async with stage(calls_per_second=None) as (_, acton):
        await made(acton)
        await acton.custom_data.delete_schemas(delete_everything=True)
        assert await acton.custom_data.schemas() == {"schemas": []}
        assert await acton.custom_data.datasets() == {"datasets": []}


@virtual_time
async def test_datasets() -> None:
    """They are created, listed, read by id or name, changed and deleted."""
    async with stage(calls_per_second=None) as (_, acton):
        data = acton.custom_data
        object_id, dataset = await made(acton)
        await data.create_dataset(object_id, name="2027", is_default=True)
        assert len((await data.datasets_of(object_id))["datasets"]) == 2
        assert (await data.dataset(object_id, "2026"))["id"] == dataset
        assert (await data.update_dataset(object_id, "2026", name="old"))["description"] == "A year"
        assert isinstance(await outcome(data.update_dataset(object_id, "old", name="2027")), Conflict)
        await data.delete_dataset(object_id, "2027")
        assert [each["name"] for each in (await data.datasets())["datasets"]] == ["old"]


@virtual_time
async def test_refusals_have_the_servers_words() -> None:
    """The status chooses the class, and the message tells what the envelope lists."""
    async with stage(calls_per_second=None) as (_, acton):
        data = acton.custom_data
        object_id, dataset = await made(acton)
        with pytest.raises(Conflict, match="already exists"):
            await data.create_schema(schema=ORDER)
        with pytest.raises(InvalidRequest, match="Invalid schema: requiredFields names a field"):
            await data.create_schema(schema={"name": "a", "requiredFields": ["hat"]})
        with pytest.raises(Conflict, match="Row 1: Missing value: sum"):
            await data.ingest_rows(
                object_id, dataset, rows=[{"number": "1"}], mode="UPSERT", abort_on_invalid_row=True
            )
        with pytest.raises(NotFound):
            await data.query(object_id, "ds-9999")
        with pytest.raises(PermissionDenied):
            await data.schemas(account_id="7")


@virtual_time
async def test_rows_are_ingested_as_a_job() -> None:
    """The job lives like any other, and its report has whatever the server told."""
    async with stage(calls_per_second=None, job_pending=5.0, job_running=5.0) as (_, acton):
        data = acton.custom_data
        object_id, dataset = await made(acton)
        job = await data.ingest_rows(
            object_id, dataset, rows=[{"number": "1", "sum": 1}, {}], mode="UPSERT", abort_on_invalid_row=False
        )
        assert (await data.job_status(job.id)).state == "pending"
        assert [state async for state in job.updates()] == ["pending", "running", "done"]
        report = await job
        assert (report.rest["inserted"], report.rest["rejected"]) == (1, 1)
        assert (await data.job(job.id)) == report
        assert (await data.job_status(job.id)).report == report
        assert b"".join([part async for part in data.job_report(job.id)]) == (
            b"row,problem\r\n2,Missing value: sum\r\n"
        )
        report = await ingested(acton, object_id, dataset, [], mode="REPLACE", replace_everything=True)
        assert report.rest["deleted"] == 1


@virtual_time
async def test_another_accounts_job_is_looked_for_there() -> None:
    """The number that is given to ``job`` is used for each look, and the session's own is not asked for."""
    async with stage(calls_per_second=None) as (server, acton):
        job = acton.custom_data.job("159", account_id="7")
        assert isinstance(await outcome(job), JobDetached)
        assert [call.path for call in server.calls] == ["/custom-objects/v1/7/data/status/159"]


@pytest.mark.slow
@virtual_time
async def test_files_are_ingested_as_a_job() -> None:
    """UPSERT and CSV unless told otherwise; a file can be validated before."""
    async with stage(calls_per_second=None) as (_, acton):
        data = acton.custom_data
        object_id, dataset = await made(acton)
        file = b"number,sum\n1,2\n3,4\n"
        assert await data.validate_file(object_id, file=file) == {"valid": True, "rows": 2}
        assert isinstance(await outcome(data.validate_file(object_id, file=b"hat\n1\n")), Conflict)
        report = await (await data.ingest_file(object_id, dataset, file=file))
        assert report.rest["inserted"] == 2
        job = await data.ingest_file(object_id, dataset, file=b'[{"number": 1}]', mode="DELETE", file_type="json")
        assert (await job).rest["deleted"] == 1
        job = await data.ingest_file(
            object_id, dataset, file=b"number\n", mode="DELETE_DATASET", delete_everything=True
        )
        await job
        assert isinstance(await outcome(data.dataset(object_id, dataset)), NotFound)


async def failure(server: Emulator, acton: Session, fault: Any) -> tuple[Any, Any]:
    """How an ingest ends that meets a fault, and its id."""
    object_id, dataset = await made(acton)
    server.faults.add(fault, on="custom_data.ingest_rows")
    job = await acton.custom_data.ingest_rows(
        object_id, dataset, rows=[], mode="UPSERT", abort_on_invalid_row=False
    )
    return await outcome(job), job


@virtual_time
async def test_a_failed_ingest_tells_the_servers_words_and_has_a_report() -> None:
    """``JobFailed`` says why, and what the server wrote about it can be downloaded."""
    async with stage(calls_per_second=None) as (server, acton):
        end, job = await failure(server, acton, FailJob("Out of space"))
        assert isinstance(end, JobFailed)
        assert "Out of space" in str(end)
        report = b"".join([part async for part in acton.custom_data.job_report(job.id)])
        assert b"Out of space" in report
        with pytest.raises(InvalidRequest):
            await anext(acton.custom_data.job_report("1"))


@virtual_time
async def test_words_that_nobody_knows_can_be_taught() -> None:
    """A status that is not known fails the job with that word, unless the poll policy says what it means."""
    async with stage(calls_per_second=None) as (server, acton):
        end, job = await failure(server, acton, JobSays("FINISHED_OK"))
        assert isinstance(end, JobFailed)
        assert "FINISHED_OK" in str(end)
        token = server.issue_token()["access_token"]
        words = PollPolicy(words={"finished_ok": "done"})
        async with Session(token=token, base_url=server.url, polling=words) as taught:
            assert (await taught.custom_data.job(job.id)).rest["status"] == "FINISHED_OK"


@virtual_time
async def test_rows_are_deleted_by_id() -> None:
    """One by one, or all from one to another."""
    async with stage(calls_per_second=None) as (_, acton):
        data = acton.custom_data
        object_id, dataset = await made(acton, 6)
        ids = [row["co.sys.id"] async for row in data.query(object_id, dataset)]
        assert await data.delete_rows(object_id, dataset, ids=[ids[0], ids[5]]) == {"deleted": 2}
        assert await data.delete_rows(object_id, dataset, first_id=ids[1], last_id=ids[3]) == {"deleted": 3}
        assert [row["co.sys.id"] async for row in data.query(object_id, dataset)] == [ids[4]]


@pytest.mark.slow
@pytest.mark.parametrize("paging", [{}, {"page_strategy": "OFFSET"}, {"page_strategy": "CURSOR"}], ids=str)
@pytest.mark.parametrize("size", [None, 7, 60])
@virtual_time
async def test_a_query_is_walked_whole(paging: dict[str, Any], size: int | None) -> None:
    """Every row once and in order, by number or by token, whatever the size of the pages."""
    async with stage(calls_per_second=None) as (_, acton):
        object_id, dataset = await made(acton, 120)
        for query in (acton.custom_data.query, acton.custom_data.query_internal):
            walked = query(
                object_id,
                dataset,
                select_fields=["co.number", "co.sum"],
                sort_fields=[SortField("co.sum", "desc"), {"field": "co.number"}],
                page_size=size,
                **paging,
            )
            rows = [(row["co.sum"], row["co.number"]) async for row in walked]
            assert rows == sorted(rows, key=lambda row: (-row[0], row[1]))
            assert {number for _, number in rows} == set(range(120))
            assert len(rows) == 120


@virtual_time
async def test_one_page_of_a_query() -> None:
    """``await`` gives the page that was asked for, and what else the server told with it."""
    async with stage(calls_per_second=None) as (_, acton):
        object_id, dataset = await made(acton, 5)
        page = await acton.custom_data.query(object_id, dataset, search_term="4", page=0, page_size=3)
        assert [row["co.number"] for row in page] == [4]
        assert page.rest["pagination"]["totalElements"] == 1
        first = await acton.custom_data.query(object_id, dataset, page_size=3, page_strategy="CURSOR")
        token = first.rest["pagination"]["nextPageToken"]
        second = await acton.custom_data.query(
            object_id, dataset, page_size=3, page_strategy="CURSOR", next_page_token=token
        )
        assert (len(first), len(second)) == (3, 2)
        assert await acton.custom_data.warm_query_cache() == {}
