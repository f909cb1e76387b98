"""Imports into the audience: definitions, files, and what becomes of their rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import (
    APIError,
    FileTooLarge,
    InvalidArgument,
    InvalidRequest,
    JobError,
    JobFailed,
    NotFound,
    PermissionDenied,
    PollPolicy,
    Session,
    Upload,
)
from asyncsdk.emulator import Emulator, FailJob, JobSays, LoseJob, Reply
from asyncsdk.emulator.state.audience import AudienceRepository
from asyncsdk.http.json import encode_json
from asyncsdk.models import ImportDefinition, ImportMapping, ImportReport
from tests.conformance.samples.imports import BY_EXTERNAL_ID
from tests.emulator.driver import Answered, Raw
from tests.support.recording_caller import request_of
from tests.support.stage import emulator, issued, outcome, session, stage
from tests.support.virtual_time import virtual_time

DEFINITIONS = "/ucl/v2/12345/import/definition"
CONTACTS = "/ucl/v2/12345/import/contacts"
STATUS = "/ucl/v2/12345/import/status"
EMAIL = {"csvColumn": "email", "actonColumn": "E-mail Address", "overwriteExistingValue": True, "dataFormat": None}
FIRST = {"csvColumn": "First Name", "actonColumn": "First Name", "overwriteExistingValue": False}
LEADS = {
    "accountId": "12345",
    "importDefinitionName": "Leads",
    "mergeStrategy": "EMAIL",
    "mappings": [EMAIL, FIRST],
}
MAPPINGS = [ImportMapping("email", "E-mail Address"), ImportMapping("First Name", "First Name")]
TWO_ROWS = b"email,First Name\nada@example.com,Ada\nbob@example.com,Bob\n"
COUNTS = {
    "submittedCount": 0,
    "unsubmittedCount": 0,
    "createdCount": 0,
    "updatedCount": 0,
    "failedCount": 0,
    "rejectedCount": 0,
}


def bodies(server: Emulator) -> list[dict[str, Any]]:
    """What is known of every contact, without ids and dates."""
    return [dict(contact.body) for contact in server.platform.repository(AudienceRepository).all()]


async def imported(
    acton: Session, file: bytes, *mappings: ImportMapping, cleanup: bool | None = None, **changed: Any
) -> ImportReport:
    """Define, import, and wait for the end."""
    made = await acton.imports.define(definition=ImportDefinition("Leads", mappings or MAPPINGS, **changed))
    assert made.id is not None
    return await (await acton.imports.start(made.id, file=file, cleanup=cleanup))


async def defined(raw: Raw, **changed: Any) -> str:
    """The id of a new definition."""
    answer = await raw.call("POST", DEFINITIONS, json={**LEADS, **changed})
    assert answer.status == 200, answer.body
    return str(answer.json["data"]["importDefinitionId"])


async def begun(raw: Raw, file: bytes, definition_id: str, **query: str) -> Answered:
    """The answer to a file."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return await raw.multipart("POST", f"{CONTACTS}/{definition_id}?{asked}", file)


@virtual_time
async def test_a_definition_is_kept_read_replaced_and_deleted() -> None:
    """What is defined can be listed and read, is another after ``redefine``, and is gone after its deletion."""
    async with stage() as (_, acton):
        made = await acton.imports.define(definition=ImportDefinition("Leads", MAPPINGS))
        assert (made.id, made.name, made.account_id) == ("987654", "Leads", "12345")
        assert (made.merge_strategy, made.delimiter, made.quote) == ("EMAIL", "COMMA", "QUOTE")
        assert made.mappings == MAPPINGS
        assert await acton.imports.definition("987654") == made
        other = ImportDefinition("Customers", [ImportMapping("Mail", "Email", overwrite=True)], delimiter="TAB")
        changed = await acton.imports.redefine("987654", definition=other)
        assert (changed.id, changed.name, changed.delimiter) == ("987654", "Customers", "TAB")
        assert changed.mappings == [ImportMapping("Mail", "Email", overwrite=True)]
        assert await acton.imports.definitions() == [changed]
        await acton.imports.delete_definition("987654")
        assert await acton.imports.definitions() == []
        assert isinstance(await outcome(acton.imports.definition("987654")), NotFound)
        another = await acton.imports.define(definition=ImportDefinition("Leads", MAPPINGS))
        assert another.id == "987655"


@virtual_time
async def test_a_definition_that_was_read_can_be_written() -> None:
    """A definition is the same type in and out: what was read is changed a little and sent back."""
    async with stage() as (_, acton):
        made = await acton.imports.define(definition=ImportDefinition("Leads", MAPPINGS))
        copied = await acton.imports.define(definition=made)
        assert (copied.id, copied.mappings) == ("987655", made.mappings)
        assert await acton.imports.redefine("987654", definition=made) == made


@virtual_time
async def test_a_bare_list_of_definitions_is_read_like_one_in_an_envelope() -> None:
    """The envelope of the list is not published, so one without any is read, too."""
    async with stage() as (server, acton):
        body = {**LEADS, "importDefinitionId": 7}
        server.faults.add(Reply(200, [body]), on="imports.definitions")
        server.faults.add(Reply(200, {"data": [body]}), on="imports.definitions")
        one, other = await acton.imports.definitions(), await acton.imports.definitions()
        assert one == other
        assert [each.id for each in one] == ["7"]


def test_a_definition_travels_as_documented() -> None:
    """The body has the documented names, real booleans, the account's number, and no id of its own."""
    request = request_of("imports.define", lambda it: it.define(definition=BY_EXTERNAL_ID, account_id="12345"))
    assert json.loads(encode_json(request.json)) == {
        "accountId": "12345",
        "importDefinitionName": "Definition Name",
        "mergeStrategy": "EXTERNAL_ID",
        "objectType": "Record Type",
        "mappings": [
            {"csvColumn": "unique_contact_id", "actonColumn": "ExternalId", "overwriteExistingValue": True},
            {
                "csvColumn": "Born",
                "actonColumn": "Birthday",
                "overwriteExistingValue": False,
                "dataFormat": "yyyy-MM-dd",
            },
        ],
        "importSegmentIds": ["g-000b"],
        "delimiter": "SEMI_COLON",
        "quote": "SIMPLE_QUOTE",
    }


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (ImportDefinition("x", MAPPINGS, merge_strategy="EXTERNAL_ID"), "object_type"),
        (ImportDefinition("x", MAPPINGS, merge_strategy="email"), "merge_strategy must be one of EMAIL"),  # type: ignore[arg-type]
        (ImportDefinition("x", MAPPINGS, delimiter=";"), "delimiter must be one of COMMA"),  # type: ignore[arg-type]
        (ImportDefinition("x", MAPPINGS, quote='"'), "quote must be one of QUOTE"),  # type: ignore[arg-type]
        (ImportDefinition("", MAPPINGS), "must have a name"),
        (ImportDefinition("x", []), "mappings must be a sequence, and not empty"),
        (ImportDefinition("x", [{"csvColumn": "a"}]), "ImportMapping, not dict"),  # type: ignore[list-item]
        (ImportDefinition("x", [ImportMapping("a")]), "csv_column and an acton_column"),
        (ImportDefinition("x", [ImportMapping("a", "b", overwrite="Y")]), "True or False"),  # type: ignore[arg-type]
        (ImportDefinition("x", MAPPINGS, segment_ids="g-000b"), "segment_ids"),
        (ImportDefinition("x", MAPPINGS, account_id="77"), "belongs to account 77"),
        ({"importDefinitionName": "x"}, "ImportDefinition, not dict"),
        (None, "ImportDefinition, not NoneType"),
    ],
)
def test_a_definition_that_cannot_work_is_not_sent(definition: Any, words: str) -> None:
    """What the documentation rules out is refused in words, and costs no call."""
    for make in (
        lambda it: it.define(definition=definition, account_id="12345"),
        lambda it: it.redefine("7", definition=definition, account_id="12345"),
    ):
        with pytest.raises(InvalidArgument, match=words):
            request_of("imports.define", make)


@virtual_time
async def test_an_import_adds_and_updates_contacts() -> None:
    """New addresses become contacts; the oldest contact of a known one is changed where that is allowed."""
    async with stage() as (server, acton):
        audience = server.platform.repository(AudienceRepository)
        audience.add({"email": "ADA@example.com", "firstName": "Augusta", "company": "Old", "title": "Dr"})
        audience.add({"email": "ada@example.com", "firstName": "Twin"})
        report = await imported(
            acton,
            b"email,First Name,Firm,Job,Kind\nada@example.com,Ada,New,,VIP\nbob@example.com,Bob,Acme,Boss,\n",
            ImportMapping("email", "Email"),
            ImportMapping("First Name", "first name"),
            ImportMapping("Firm", "Company", overwrite=True),
            ImportMapping("Job", "Title", overwrite=True),
            ImportMapping("Kind", "Account Type"),
        )
        assert (report.submitted, report.created, report.updated) == (2, 1, 1)
        assert (report.failed, report.rejected, report.unsubmitted) == (0, 0, 0)
        assert (report.error_message, report.definition_id) == (None, "987654")
        assert bodies(server) == [
            {
                "email": "ADA@example.com",
                "firstName": "Augusta",
                "company": "New",
                "customFields": {"65": "VIP"},
            },
            {"email": "ada@example.com", "firstName": "Twin"},
            {"email": "bob@example.com", "firstName": "Bob", "company": "Acme", "title": "Boss"},
        ]


@virtual_time
async def test_an_import_matches_by_the_id_of_another_system() -> None:
    """By EXTERNAL_ID a contact is found even where its address has changed; the kind of record counts, too."""
    async with stage() as (server, acton):
        audience = server.platform.repository(AudienceRepository)
        audience.add({"email": "old@example.com", "externalId": "7", "objectType": "Lead"})
        audience.add({"email": "other@example.com", "externalId": "7", "objectType": "Contact"})
        report = await imported(
            acton,
            b"id;email\n7;new@example.com\n8;eve@example.com\n;nobody@example.com\n",
            ImportMapping("id", "ExternalId"),
            ImportMapping("email", "E-mail Address", overwrite=True),
            merge_strategy="EXTERNAL_ID",
            object_type="Lead",
            delimiter="SEMI_COLON",
        )
        assert (report.created, report.updated, report.rejected) == (1, 1, 1)
        assert bodies(server) == [
            {"email": "new@example.com", "externalId": "7", "objectType": "Lead"},
            {"email": "other@example.com", "externalId": "7", "objectType": "Contact"},
            {"email": "eve@example.com", "externalId": "8", "objectType": "Lead"},
        ]


@virtual_time
async def test_rows_that_cannot_be_used_are_counted() -> None:
    """A row without a usable address is rejected, one with a value of the wrong type fails; the others go on."""
    async with stage() as (server, acton):
        field = await acton.schema.add_field(name="Birthday", type="DATE", standard_field="DATE_OF_BIRTH")
        assert field.source is not None
        report = await imported(
            acton,
            b"email,Born,Score\nada@example.com,10/12/1815,7\nnobody,10/12/1815,1\nbob@example.com,soon,1\n"
            b"eve@example.com,,high\njoe@example.com\n",
            ImportMapping("email", "Email"),
            ImportMapping("Born", "Birthday", date_format="dd/MM/yyyy"),
            ImportMapping("Score", "Act-On Primary Score"),
        )
        assert (report.submitted, report.created, report.failed, report.rejected) == (4, 2, 2, 1)
        assert bodies(server) == [
            {"email": "ada@example.com", "dateOfBirth": "1815-12-10", "actonPrimaryScore": "7"},
            {"email": "joe@example.com"},
        ]


@virtual_time
async def test_imported_contacts_join_segments() -> None:
    """The definition's segments hold the contacts afterwards, new ones and known ones."""
    async with stage() as (server, acton):
        server.platform.repository(AudienceRepository).add({"email": "ada@example.com"})
        segment = (await acton.segments.create(name="Fair", type="DIRECT_SELECT")).source
        assert segment is not None
        await imported(acton, TWO_ROWS, segment_ids=[segment.id])
        emails = [contact.email async for contact in acton.segments.contacts(segment.id)]
        assert emails == ["ada@example.com", "bob@example.com"]


@pytest.mark.parametrize(("cleanup", "left"), [(None, 1), (False, 1), (True, 0)])
@virtual_time
async def test_a_definition_is_cleaned_up_on_demand(cleanup: bool | None, left: int) -> None:
    """With ``cleanup`` the definition is gone once the import is done, and only then."""
    async with stage() as (_, acton):
        assert (await imported(acton, TWO_ROWS, cleanup=cleanup)).created == 2
        assert len(await acton.imports.definitions()) == left


@pytest.mark.slow
@virtual_time
async def test_an_import_is_looked_at_and_resumed() -> None:
    """One look tells the state; another session takes the import up by its id alone."""
    async with stage(job_pending=30.0, job_running=30.0) as (server, acton):
        made = await acton.imports.define(definition=ImportDefinition("Leads", MAPPINGS))
        job = await acton.imports.start(str(made.id), file=TWO_ROWS)
        look = await acton.imports.status(job.id)
        assert (look.state, look.text, look.report) == ("running", "RUNNING", None)
        async with session(server, token=issued(server)) as another:
            assert (await another.imports.job(job.id)).created == 2
        look = await acton.imports.status(job.id)
        assert (look.state, look.text) == ("done", "COMPLETED")
        assert look.report is not None
        assert (look.report.submitted, look.report.created) == (2, 2)
        assert await job == look.report


@virtual_time
async def test_a_job_keeps_to_the_account_that_was_given() -> None:
    """An import of another account is looked at in that account, also when it is resumed by its id."""
    async with stage() as (server, acton):
        path = "/ucl/v2/77/import"
        begin = {"data": {"importId": "1longstringhere", "importStatus": "RUNNING"}}
        end = {"data": {"importId": "1longstringhere", "importStatus": "COMPLETED", "createdCount": 3}}
        server.faults.add(Reply(200, begin, content_type="text/plain"), on=f"{path}/contacts/9")
        server.faults.add(Reply(200, end), on=f"{path}/status/1longstringhere", times=2)
        job = await acton.imports.start("9", file=TWO_ROWS, account_id="77")
        assert (job.id, (await job).created) == ("1longstringhere", 3)
        assert (await acton.imports.job("1longstringhere", account_id="77")).created == 3
        assert server.faults.left == 0
        assert all(call.path.startswith("/ucl/v2/77/") for call in server.calls)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (FailJob("The file is odd"), "The file is odd"),
        (JobSays("PAUSED"), "PAUSED"),
    ],
)
@virtual_time
async def test_an_import_that_fails_tells_the_servers_words(fault: Any, words: str) -> None:
    """A failed import and an unknown word end the job in the server's own words, and nothing is imported."""
    async with stage() as (server, acton):
        server.faults.add(fault, on="imports.start")
        with pytest.raises(JobFailed, match=words):
            await imported(acton, TWO_ROWS)
        assert bodies(server) == []


@virtual_time
async def test_a_lost_import_ends_in_an_error() -> None:
    """An import that the server forgets is not waited for without end."""
    async with stage() as (server, acton):
        server.faults.add(LoseJob(), on="imports.start")
        with pytest.raises(JobError):
            await imported(acton, TWO_ROWS)


@virtual_time
async def test_a_word_can_be_taught() -> None:
    """A word that Act-On does not publish means what the policy says."""
    polling = PollPolicy(words={"ingested": "done"})
    async with emulator() as server, session(server, token=issued(server), polling=polling) as acton:
        server.faults.add(JobSays("INGESTED"), on="imports.start")
        assert await imported(acton, TWO_ROWS) == ImportReport(
            definition_id="987654",
            rest={"accountId": "12345", "importId": "15959711", "importStatus": "INGESTED"},
        )


@virtual_time
async def test_a_file_longer_than_documented_is_not_sent(tmp_path: Path) -> None:
    """Imports take 200 MB, whatever the session's own limit is."""
    async with stage() as (server, acton):
        path = tmp_path / "large.csv"
        with path.open("wb") as file:
            file.truncate(200_000_001)
        for large in (path, Upload(path)):
            assert isinstance(await outcome(acton.imports.start("987654", file=large)), FileTooLarge)
        assert isinstance(await outcome(acton.imports.start("987654", file=tmp_path / "none.csv")), InvalidArgument)
        assert server.calls.of("imports.start") == []


@virtual_time
async def test_a_refused_file_is_no_job() -> None:
    """A file without a column of the definition, and one that is no CSV at all, raise the refusal."""
    async with stage() as (server, acton):
        with pytest.raises(InvalidRequest, match="CSV Column\\(s\\) was not found: First Name"):
            await imported(acton, b"email\nada@example.com\n")
        assert isinstance(await outcome(imported(acton, b"")), InvalidRequest)
        server.faults.add(Reply(403, b"", content_type="text/plain"), on="imports.start")
        assert isinstance(await outcome(imported(acton, TWO_ROWS)), PermissionDenied)
        server.faults.add(Reply(200, {"data": {}}), on="imports.start")
        assert not isinstance(await outcome(imported(acton, TWO_ROWS)), (APIError, ImportReport))


async def test_what_definitions_look_like(raw: Raw) -> None:
    """The answer to a definition has the documented shape to the letter; all others are alike (a guess)."""
    answer = await raw.call(
        "POST",
        DEFINITIONS,
        json={
            **LEADS,
            "mergeStrategy": "EXTERNAL_ID",
            "objectType": "Record Type",
            "mappings": [EMAIL, {**FIRST, "actonColumn": "ExternalId", "overwriteExistingValue": True}],
        },
    )
    assert answer.told == (
        200,
        {
            "data": {
                "accountId": "12345",
                "importDefinitionId": 987654,
                "importDefinitionName": "Leads",
                "mergeStrategy": "EXTERNAL_ID",
                "objectType": "Record Type",
                "mappings": [
                    {
                        "csvColumn": "email",
                        "actonColumn": "E-mail Address",
                        "overwriteExistingValue": True,
                        "dataFormat": None,
                    },
                    {
                        "csvColumn": "First Name",
                        "actonColumn": "ExternalId",
                        "overwriteExistingValue": True,
                        "dataFormat": None,
                    },
                ],
                "importSegmentIds": None,
                "delimiter": "COMMA",
                "quote": "QUOTE",
            }
        },
    )
    assert (await raw.get(f"{DEFINITIONS}/987654")).json == answer.json
    assert (await raw.get(DEFINITIONS)).json == {"data": [answer.json["data"]]}


@pytest.mark.parametrize(
    "changed",
    [
        {"accountId": None},
        {"accountId": "77"},
        {"importDefinitionName": ""},
        {"mappings": []},
        {"mappings": "email"},
        {"mappings": ["email"]},
        {"mappings": [{"csvColumn": "email"}]},
        {"mappings": [EMAIL, {**FIRST, "actonColumn": "Shoe"}]},
        {"mappings": [{**EMAIL, "overwriteExistingValue": "true"}]},
        {"mappings": [FIRST]},
        {"mappings": [EMAIL, {**FIRST, "actonColumn": "Last Sync"}]},
        {"mergeStrategy": "PHONE"},
        {"mergeStrategy": "EXTERNAL_ID"},
        {"mergeStrategy": "EXTERNAL_ID", "objectType": "Lead"},
        {"delimiter": "SPACE"},
        {"quote": "NONE"},
        {"importSegmentIds": ["g-ffff"]},
    ],
)
async def test_definitions_that_make_no_sense(raw: Raw, changed: dict[str, Any]) -> None:
    """They are refused with 400 and a list of errors, new or replaced, and nothing is kept."""
    definition_id = await defined(raw)
    for method, path in (("POST", DEFINITIONS), ("PUT", f"{DEFINITIONS}/{definition_id}")):
        answer = await raw.call(method, path, json={**LEADS, **changed})
        assert answer.status == 400
        assert list(answer.json) == ["errors"]
    assert [each["importDefinitionName"] for each in (await raw.get(DEFINITIONS)).json["data"]] == ["Leads"]


async def test_unknown_definitions(raw: Raw) -> None:
    """Reading one is 404 without a word, as documented; the other calls document no such status."""
    assert (await raw.get(f"{DEFINITIONS}/7")).body == b""
    assert (await raw.get(f"{DEFINITIONS}/7")).status == 404
    assert (await raw.call("PUT", f"{DEFINITIONS}/7", json=LEADS)).status == 400
    assert (await raw.call("DELETE", f"{DEFINITIONS}/7")).status == 400
    assert (await begun(raw, TWO_ROWS, "7")).status == 400


async def test_what_an_import_looks_like(raw: Raw) -> None:
    """JSON that says it is text at the beginning, JSON with counts at the end, as documented."""
    answer = await begun(raw, TWO_ROWS, await defined(raw))
    assert answer.headers["Content-Type"].startswith("text/plain")
    first = {
        "accountId": "12345",
        "importId": "15959711",
        "importDefinitionId": 987654,
        "importStatus": "RUNNING",
        "errorMessage": None,
        **COUNTS,
    }
    assert answer.told == (200, {"data": first})
    assert (await raw.get(f"{STATUS}/15959711")).told == (200, {"data": first})
    raw.server.clock.advance(2)
    assert (await raw.get(f"{STATUS}/15959711")).told == (
        200,
        {"data": {**first, "importStatus": "COMPLETED", "submittedCount": 2, "createdCount": 2}},
    )
    assert (await raw.get(f"{STATUS}/7")).status == 400


async def test_a_column_that_the_file_lacks(raw: Raw) -> None:
    """The documented sentence names it."""
    answer = await begun(raw, b"Mail,First Name\na@example.com,A\n", await defined(raw))
    assert answer.told == (
        400,
        {
            "errors": [
                "CSV Column(s) was not found: email. All csvColumns need to be on the CSV headers prior to import."
            ]
        },
    )


async def test_files_that_cannot_be_taken(raw: Raw, tmp_path: Path) -> None:
    """Too long is 413 with a sentence, no CSV is 403 and no multipart is 415, both without a word."""
    definition_id = await defined(raw)
    broken = await begun(raw, b"x" * 200_000, definition_id)
    assert (broken.status, broken.body) == (403, b"")
    other = await raw.call("POST", f"{CONTACTS}/{definition_id}", json={})
    assert (other.status, other.body) == (415, b"")
    assert (await raw.multipart("POST", f"{CONTACTS}/{definition_id}", None, x="y")).status == 400


async def test_a_file_of_more_than_200_mb(raw: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documented sentence comes as text."""
    monkeypatch.setattr("asyncsdk.emulator.handlers.imports.LONGEST_FILE", 10)
    answer = await begun(raw, TWO_ROWS, await defined(raw))
    assert (answer.status, answer.body) == (413, b"File size exceeds the maximum limit of 200MB.")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("route", ["delete_definition", "start"])
async def test_what_an_import_needs_may_be_gone(raw: Raw, route: str) -> None:
    """An import whose definition is deleted under it ends well; one whose field is gone does not begin."""
    definition_id = await defined(raw)
    if route == "start":
        assert (await raw.call("DELETE", "/ucl/v2/12345/schema/field/1117")).status == 200
        assert (await begun(raw, TWO_ROWS, definition_id)).status == 400
        return
    await begun(raw, TWO_ROWS, definition_id, cleanupImportDefinition="true")
    await raw.call("DELETE", f"{DEFINITIONS}/{definition_id}")
    raw.server.clock.advance(2)
    told = (await raw.get(f"{STATUS}/15959711")).json["data"]
    assert (told["importStatus"], told["importDefinitionId"], told["createdCount"]) == ("COMPLETED", 987654, 2)
