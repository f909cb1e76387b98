"""Handlers of ``custom_data.*``: datasets and queries of custom objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from asyncsdk.emulator.handlers.custom_data_ingests import CustomIngests
from asyncsdk.emulator.handlers.custom_data_schemas import not_found
from asyncsdk.emulator.http.responses import Reply, spring
from asyncsdk.emulator.processing.custom_query import ObjectQuery
from asyncsdk.emulator.state.custom_rows import CustomRowRepository
from asyncsdk.emulator.state.custom_schemas import Dataset, bad_request
from asyncsdk.http.messages import Json
from asyncsdk.models import JoinStrategy, PageStrategy, SortField

__all__ = ["CustomData"]


class CustomData(CustomIngests):
    """Carries out ``custom_data.*``."""

    async def datasets(self, *, account_id: str | None = None) -> Reply:
        """List the account's datasets."""
        return {"datasets": [dataset.shown for dataset in self.objects.datasets()]}

    async def datasets_of(self, object_id: str, *, account_id: str | None = None) -> Reply:
        """List a schema's datasets."""
        schema = self.named_schema(object_id)
        return {"datasets": [dataset.shown for dataset in self.objects.datasets(schema)]}

    async def create_dataset(
        self,
        object_id: str,
        *,
        name: str,
        description: str | None = None,
        is_default: bool | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Create a dataset; a name that is taken gets 400, for no 409 is documented here."""
        schema = self.named_schema(object_id)
        if not _is_name(name) or any(each.name == name for each in self.objects.datasets(schema)):
            raise bad_request("Invalid dataset name")
        return self.objects.add_dataset(schema, name, description, bool(is_default)).shown

    async def dataset(self, object_id: str, dataset: str, *, account_id: str | None = None) -> Reply:
        """Show a dataset, and how many rows it holds."""
        known = self._required_dataset(object_id, dataset)
        return {**known.shown, "rowCount": self.platform.repository(CustomRowRepository).count(known)}

    async def update_dataset(
        self,
        object_id: str,
        dataset: str,
        *,
        name: str | None = None,
        description: str | None = None,
        is_default: bool | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Change what is given."""
        known = self._required_dataset(object_id, dataset)
        if name is not None and not _is_name(name):
            raise bad_request("Invalid name format")
        others = [each for each in self.objects.datasets(self.named_schema(object_id)) if each.id != known.id]
        if any(each.name == name for each in others):
            raise spring(409, "CONFLICT", "Dataset name already exists")
        return self.objects.change_dataset(
            known,
            known.name if name is None else name,
            known.description if description is None else description,
            known.is_default if is_default is None else bool(is_default),
        ).shown

    async def delete_dataset(self, object_id: str, dataset: str, *, account_id: str | None = None) -> Reply:
        """Delete a dataset and its rows."""
        self.objects.remove_dataset(self.named_dataset(object_id, dataset))
        return {}

    def query(
        self,
        object_id: str,
        dataset: str,
        *,
        other_object: str | None = None,
        other_dataset: str | None = None,
        select_fields: Sequence[str] | None = None,
        filter_expression: str | None = None,
        join_strategy: JoinStrategy | Mapping[str, Json] | None = None,
        search_term: str | None = None,
        datetime_fields_timezone: str | None = None,
        sort_fields: Sequence[SortField | Mapping[str, Json]] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        page_strategy: PageStrategy | None = None,
        next_page_token: str | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Give a page of rows; nothing is joined."""
        known = self._required_dataset(object_id, dataset)
        asked = ObjectQuery(
            self.required_schema(object_id),
            select_fields,
            sort_fields,
            page,
            page_size,
            page_strategy,
            next_page_token,
            search_term,
            filter_expression,
            datetime_fields_timezone,
        )
        return asked.answer(self.platform.repository(CustomRowRepository), known)

    query_internal = query
    """How the two differ is not published."""

    async def warm_query_cache(self, *, account_id: str | None = None) -> Reply:
        """Do nothing: there is no cache."""
        return {}

    def _required_dataset(self, object_id: str, dataset: str) -> Dataset:
        """A dataset, on calls that are documented to answer 404 without one."""
        known = self.objects.dataset(self.objects.schema(object_id), dataset)
        if known is None:
            raise not_found("Dataset")
        return known


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and bool(name.strip())
