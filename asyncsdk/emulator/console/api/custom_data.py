"""Endpoints of custom data: custom objects, their datasets and rows."""

from __future__ import annotations

from collections.abc import Sequence

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.state.custom_rows import CustomRowRepository, ObjectRow, RowQuery
from asyncsdk.emulator.state.custom_schemas import CustomSchemaRepository, Dataset, ObjectSchema
from asyncsdk.emulator.validators import did_you_mean

__all__ = ["ENDPOINTS"]


def read_all(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the custom objects: the fields of each, and its datasets with their sizes."""
    offset, count = page_of(request)
    found = account.platform.repository(CustomSchemaRepository).schemas()
    page = found[offset : offset + count]
    return {"total": len(found), "objects": [_told(account, schema) for schema in page]}


async def rows(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the rows of an object, by id or name: of its ``dataset``, or the default one; ``search`` keeps some."""
    schema = _named_object(account, request)
    dataset = _named_dataset(account, schema, request.query.get("dataset"))
    total, found = (0, list[ObjectRow]()) if dataset is None else await _found(account, dataset, request)
    return {
        "total": total,
        "object": schema.id,
        "dataset": None if dataset is None else dataset.id,
        "fields": schema.names,
        "rows": [_told_row(row) for row in found],
    }


async def _found(
    account: EmulatedAccount, dataset: Dataset, request: ConsoleRequest
) -> tuple[int, Sequence[ObjectRow]]:
    offset, count = page_of(request)
    repository, text = account.platform.repository(CustomRowRepository), request.query.get("search", "")
    if text:
        return await repository.search(dataset, text, offset, count)
    found, total = repository.find(dataset, RowQuery(None, (), offset, count))
    return total, found


def _named_object(account: EmulatedAccount, request: ConsoleRequest) -> ObjectSchema:
    name = request.path["object"]
    objects = account.platform.repository(CustomSchemaRepository)
    found = objects.schema(name) or objects.schema_named(name)
    if found is None:
        near = did_you_mean(name[:100], [str(each.definition["name"]) for each in objects.schemas()])
        raise ConsoleError(404, f"There is no custom object {name[:60]!r}.{near}")
    return found


def _named_dataset(account: EmulatedAccount, schema: ObjectSchema, name: str | None) -> Dataset | None:
    """The dataset of that id or name, or the default one; None where the object has no dataset."""
    objects = account.platform.repository(CustomSchemaRepository)
    if not name:
        datasets = objects.datasets(schema)
        return next((each for each in datasets if each.is_default), datasets[0] if datasets else None)
    found = objects.dataset(schema, name)
    if found is None:
        near = did_you_mean(name[:100], [each.name for each in objects.datasets(schema)])
        raise ConsoleError(404, f"The object {schema.id} has no dataset {name[:60]!r}.{near}")
    return found


def _told(account: EmulatedAccount, schema: ObjectSchema) -> JsonObject:
    rows_of = account.platform.repository(CustomRowRepository)
    datasets = account.platform.repository(CustomSchemaRepository).datasets(schema)
    return {
        "id": schema.id,
        "name": schema.definition["name"],
        "description": schema.definition.get("description"),
        "fields": schema.fields,
        "required": schema.required,
        "unique": schema.unique,
        "datasets": [
            {
                "id": dataset.id,
                "name": dataset.name,
                "description": dataset.description,
                "is_default": dataset.is_default,
                "size": rows_of.count(dataset),
            }
            for dataset in datasets
        ],
    }


def _told_row(row: ObjectRow) -> JsonObject:
    return {
        "id": str(row.number),
        "cells": dict(row.cells),
        "created_time": row.created,
        "modified_time": row.updated,
    }


ENDPOINTS = (
    Endpoint("GET", "/custom-data", read_all, PAGE_QUERY),
    Endpoint("GET", "/custom-data/{object}/rows", rows, (*PAGE_QUERY, "search", "dataset")),
)
