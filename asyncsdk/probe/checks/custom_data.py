"""Checks of custom data: objects that an account defines."""

from __future__ import annotations

from typing import Final

from asyncsdk.api import CustomData
from asyncsdk.probe.checks.listing import Listing
from asyncsdk.probe.checks.one_call import asks, lists
from asyncsdk.probe.key_names import KeyNames

__all__ = ["CHECKS"]

_SCHEMAS: Final = Listing(CustomData.schemas, "a custom object")
_DATASETS: Final = Listing(CustomData.datasets, "a dataset")

_OBJECT: Final = _DATASETS.first("objectId")
_DATASET: Final = _DATASETS.first("id", lambda told: "objectId" in told)
_ROWS: Final = KeyNames(frozenset(), plain_above=2, otherwise="<field>")
"""Rows within a page: an account names their fields."""

CHECKS: Final = (
    lists(_SCHEMAS, "What is told of a custom object in the listing?"),
    lists(_DATASETS, "What is told of a dataset in the listing?"),
    asks(CustomData.schema, "What is told of one custom object?", object_id=_OBJECT),
    asks(CustomData.datasets_of, "What is told of the datasets of one object?", object_id=_OBJECT),
    asks(CustomData.dataset, "What is told of one dataset?", object_id=_OBJECT, dataset=_DATASET),
    asks(
        CustomData.query,
        "What does a page of rows hold?",
        key_names=_ROWS,
        object_id=_OBJECT,
        dataset=_DATASET,
        page_size=5,
    ),
    asks(
        CustomData.query_internal,
        "What does a page of rows hold, asked for by the internal call?",
        key_names=_ROWS,
        object_id=_OBJECT,
        dataset=_DATASET,
        page_size=5,
    ),
    asks(CustomData.warm_query_cache, "What is answered to the call that warms the cache of queries?"),
    asks(CustomData.schema, "How is an unknown object refused?", "unknown object", object_id="co-fffffff0"),
    asks(
        CustomData.dataset,
        "How is an unknown dataset refused?",
        "unknown dataset",
        object_id=_OBJECT,
        dataset="ds-fffffff0",
    ),
)
