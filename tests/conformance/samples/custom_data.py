"""Sample calls of the routes of ``custom_data``: data, written by hand from the documentation."""

from __future__ import annotations

from typing import Any

from asyncsdk import Upload
from asyncsdk.models import CustomField, CustomSchema, JoinStrategy, Relationship, SortField
from tests.conformance.samples.call import CSV, Call

ME = "12345"
V1 = "/custom-objects/v1/12345"

ORDER = CustomSchema(
    name="Order",
    description="What was bought",
    data_type="behavior",
    fields=[
        CustomField(name="number", type="STRING", display_name="No.", description="Of the order"),
        CustomField(
            id="f-7",
            name="bought",
            type="DATETIME",
            properties={"timezone": "US/Eastern"},
            extra_data="x",
        ),
        {"name": "email", "type": "STRING"},
    ],
    required_fields=["number"],
    unique_fields=["number", "email"],
    event_timestamp_field="bought",
    primary_email_field="email",
    external_id_field="number",
    object_type_field="kind",
    relationships=[
        Relationship(
            name="buyer",
            description="Who bought it",
            type="one-to-many",
            field_name="email",
            field_value="v",
            other_object="contacts",
            other_field_name="email",
            other_field_value="w",
            properties={"p": "q"},
        )
    ],
)
ORDER_SENT = {
    "name": "Order",
    "description": "What was bought",
    "dataType": "behavior",
    "fields": [
        {"name": "number", "type": "STRING", "displayName": "No.", "description": "Of the order"},
        {
            "id": "f-7",
            "name": "bought",
            "type": "DATETIME",
            "properties": {"timezone": "US/Eastern"},
            "extraData": "x",
        },
        {"name": "email", "type": "STRING"},
    ],
    "requiredFields": ["number"],
    "uniqueFieldSet": ["number", "email"],
    "eventTimestampField": "bought",
    "primaryEmailField": "email",
    "externalIdField": "number",
    "objectTypeField": "kind",
    "relationships": [
        {
            "name": "buyer",
            "description": "Who bought it",
            "type": "one-to-many",
            "fieldName": "email",
            "fieldValue": "v",
            "otherObject": "contacts",
            "otherFieldName": "email",
            "otherFieldValue": "w",
            "properties": {"p": "q"},
        }
    ],
}
"""What the model becomes; ``test_custom_data.py`` reads it off the wire."""

ROWS = [{"number": "7", "paid": True, "sum": 1.5, "tags": ["a"]}, {"number": "8", "paid": None}]
NAMED_FIELDS = [CustomField(name="size", type="STRING"), {"id": "f-2", "displayName": "Größe"}]


def everything(it: Any, method: str) -> Any:
    """A query with all that it takes, but for what goes with a cursor."""
    return getattr(it, method)(
        "o-1",
        "d-1",
        other_object="contacts",
        other_dataset="d-2",
        select_fields=["co.*", "aoc.email"],
        filter_expression="co.sum > 1",
        join_strategy=JoinStrategy(
            use_defaults=False,
            join_enabled=True,
            only_matching=False,
            duplicates="noOtherJoinFieldsDuplicates",
            other_order_by="updatedDate",
            other_selector="first",
            base_order_by="sys.createdAt",
            base_selector="last",
        ),
        search_term="ada",
        datetime_fields_timezone="Europe/London",
        sort_fields=[SortField("co.sum", "desc"), {"field": "aoc.email"}],
        page=2,
        page_size=50,
        page_strategy="OFFSET",
        account_id=ME,
    )


QUERY_SENT = {
    "otherObject": "contacts",
    "otherDataset": "d-2",
    "selectFields": ["co.*", "aoc.email"],
    "filterExpression": "co.sum > 1",
    "joinStrategy": JoinStrategy(
        use_defaults=False,
        join_enabled=True,
        only_matching=False,
        duplicates="noOtherJoinFieldsDuplicates",
        other_order_by="updatedDate",
        other_selector="first",
        base_order_by="sys.createdAt",
        base_selector="last",
    ),
    "searchTerm": "ada",
    "datetimeFieldsTimezone": "Europe/London",
    "sortFields": [SortField("co.sum", "desc"), {"field": "aoc.email"}],
    "pagination": {"page": 2, "size": 50, "pageStrategy": "OFFSET"},
}

SCHEMAS = [
    Call("custom_data.schemas", lambda it: it.schemas(account_id=ME), f"{V1}/schema/all"),
    Call("custom_data.schema", lambda it: it.schema("o-1", account_id=ME), f"{V1}/schema/o-1"),
    Call("custom_data.schema", lambda it: it.schema("a b/c", account_id=ME), f"{V1}/schema/a%20b%2Fc"),
    Call(
        "custom_data.create_schema",
        lambda it: it.create_schema(schema=ORDER, dry_run=True, account_id=ME),
        f"{V1}/schema",
        {"dryRun": "true"},
        json=ORDER,
    ),
    Call(
        "custom_data.create_schema",
        lambda it: it.create_schema(schema={"name": "Order"}, account_id=ME),
        f"{V1}/schema",
        json={"name": "Order"},
    ),
    Call(
        "custom_data.update_schema",
        lambda it: it.update_schema("o-1", schema=CustomSchema(description="New"), account_id=ME),
        f"{V1}/schema/o-1",
        json=CustomSchema(description="New"),
    ),
    Call("custom_data.delete_schema", lambda it: it.delete_schema("o-1", account_id=ME), f"{V1}/schema/o-1"),
    Call(
        "custom_data.delete_schema",
        lambda it: it.delete_schema("o-1", hard=True, delete_everything=True, account_id=ME),
        f"{V1}/schema/o-1",
        {"hard": "true"},
    ),
    Call(
        "custom_data.delete_schemas",
        lambda it: it.delete_schemas(hard=False, delete_everything=True, account_id=ME),
        f"{V1}/schema/all",
        {"hard": "false"},
    ),
    Call(
        "custom_data.add_fields",
        lambda it: it.add_fields("o-1", fields=NAMED_FIELDS, account_id=ME),
        f"{V1}/schema/o-1/field",
        json=NAMED_FIELDS,
    ),
    Call(
        "custom_data.update_fields",
        lambda it: it.update_fields("o-1", fields=NAMED_FIELDS, account_id=ME),
        f"{V1}/schema/o-1/field",
        json=NAMED_FIELDS,
    ),
    Call(
        "custom_data.delete_fields",
        lambda it: it.delete_fields("o-1", fields=["size", "a,b"], account_id=ME),
        f"{V1}/schema/o-1/field",
        json=["size", "a,b"],
    ),
]

DATASETS = [
    Call("custom_data.datasets", lambda it: it.datasets(account_id=ME), f"{V1}/data/all"),
    Call("custom_data.datasets_of", lambda it: it.datasets_of("o-1", account_id=ME), f"{V1}/data/o-1/all"),
    Call(
        "custom_data.create_dataset",
        lambda it: it.create_dataset("o-1", name="2026", description="A year", is_default=True, account_id=ME),
        f"{V1}/data/o-1",
        json={"name": "2026", "description": "A year", "isDefault": True},
    ),
    Call("custom_data.dataset", lambda it: it.dataset("o-1", "my data", account_id=ME), f"{V1}/data/o-1/my%20data"),
    Call(
        "custom_data.update_dataset",
        lambda it: it.update_dataset(
            "o-1", "d-1", name="2027", description="Next", is_default=False, account_id=ME
        ),
        f"{V1}/data/o-1/d-1",
        json={"name": "2027", "description": "Next", "isDefault": False},
    ),
    Call(
        "custom_data.delete_dataset",
        lambda it: it.delete_dataset("o-1", "d-1", account_id=ME),
        f"{V1}/data/o-1/d-1",
    ),
]

INGESTS = [
    Call(
        "custom_data.ingest_rows",
        lambda it: it.ingest_rows(
            "o-1",
            "d-1",
            rows=ROWS,
            mode="REPLACE",
            abort_on_invalid_row=False,
            description="A year",
            create_new_dataset=True,
            replace_everything=True,
            account_id=ME,
        ),
        f"{V1}/data/o-1/d-1/json",
        {
            "ingestMode": "REPLACE",
            "abortOnInvalidRow": "false",
            "description": "A year",
            "createNewDataset": "true",
        },
        json=ROWS,
    ),
    Call(
        "custom_data.ingest_rows",
        lambda it: it.ingest_rows("o-1", "d-1", rows=[], mode="DELETE", abort_on_invalid_row=True, account_id=ME),
        f"{V1}/data/o-1/d-1/json",
        {"ingestMode": "DELETE", "abortOnInvalidRow": "true"},
        json=[],
    ),
    Call(
        "custom_data.ingest_file",
        lambda it: it.ingest_file("o-1", "d-1", file=CSV, account_id=ME),
        f"{V1}/data/o-1/d-1/file",
        {"ingestMode": "UPSERT", "abortOnInvalidRow": "false", "fileType": "csv"},
        multipart={"file": Upload(CSV)},
    ),
    Call(
        "custom_data.ingest_file",
        lambda it: it.ingest_file(
            "o-1",
            "d-1",
            file=Upload(b"[]", name="rows.json"),
            mode="DELETE_DATASET",
            file_type="json",
            abort_on_invalid_row=True,
            description="A year",
            create_new_dataset=False,
            replace_everything=False,
            delete_everything=True,
            account_id=ME,
        ),
        f"{V1}/data/o-1/d-1/file",
        {
            "ingestMode": "DELETE_DATASET",
            "fileType": "json",
            "abortOnInvalidRow": "true",
            "description": "A year",
            "createNewDataset": "false",
        },
        multipart={"file": Upload(b"[]", name="rows.json")},
    ),
    Call(
        "custom_data.validate_file",
        lambda it: it.validate_file("o-1", file=CSV, file_type="json", account_id=ME),
        f"{V1}/data/o-1/validate",
        multipart={"file": Upload(CSV), "fileType": "json"},
    ),
    Call(
        "custom_data.delete_rows",
        lambda it: it.delete_rows("o-1", "d-1", ids=["1", "2"], account_id=ME),
        f"{V1}/data/o-1/d-1/ids",
        json={"ids": "1,2"},
    ),
    Call(
        "custom_data.delete_rows",
        lambda it: it.delete_rows("o-1", "d-1", first_id="1", last_id="9", account_id=ME),
        f"{V1}/data/o-1/d-1/ids",
        json={"firstId": "1", "lastId": "9"},
    ),
    Call("custom_data.job_status", lambda it: it.job_status("159", account_id=ME), f"{V1}/data/status/159"),
    Call("custom_data.job_report", lambda it: it.job_report("159", account_id=ME), f"{V1}/data/report/159"),
]

QUERIES = [
    Call(
        "custom_data.query",
        lambda it: everything(it, "query"),
        f"{V1}/query/o-1/d-1/joinWithOther",
        json=QUERY_SENT,
    ),
    Call(
        "custom_data.query",
        lambda it: it.query("o-1", "d-1", account_id=ME),
        f"{V1}/query/o-1/d-1/joinWithOther",
        json={},
    ),
    Call(
        "custom_data.query",
        lambda it: it.query(
            "o-1",
            "d-1",
            join_strategy={"useDefaults": True},
            page_size=9,
            page_strategy="CURSOR",
            next_page_token="t0k3n",
            account_id=ME,
        ),
        f"{V1}/query/o-1/d-1/joinWithOther",
        json={
            "joinStrategy": {"useDefaults": True},
            "pagination": {"size": 9, "pageStrategy": "CURSOR", "nextPageToken": "t0k3n"},
        },
    ),
    Call(
        "custom_data.query_internal",
        lambda it: everything(it, "query_internal"),
        f"{V1}/query/o-1/d-1/joinWithOtherInternal",
        json=QUERY_SENT,
    ),
    Call(
        "custom_data.query_internal",
        lambda it: it.query_internal("o-1", "d-1", page_strategy="CURSOR", next_page_token="t0k3n", account_id=ME),
        f"{V1}/query/o-1/d-1/joinWithOtherInternal",
        json={"pagination": {"pageStrategy": "CURSOR", "nextPageToken": "t0k3n"}},
    ),
    Call(
        "custom_data.warm_query_cache",
        lambda it: it.warm_query_cache(account_id=ME),
        f"{V1}/query/joinWithOtherPreflight",
    ),
]

CUSTOM_DATA = [*SCHEMAS, *DATASETS, *INGESTS, *QUERIES]
