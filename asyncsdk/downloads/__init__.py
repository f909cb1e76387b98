"""Downloads of any size: records as objects, as a CSV file or as Arrow, and what is new since the last run.

Pages are prefetched within the limits and given in their order, a few at a time in memory. The rows that came are
counted against the server's total, so that a missing row is always an error. The methods of ``lists`` and
``reports`` call this package.
"""

from __future__ import annotations

from asyncsdk.downloads.arrow import ArrowRows
from asyncsdk.downloads.changes import changes, new_drilldown_rows, new_suppressions
from asyncsdk.downloads.export import export
from asyncsdk.downloads.query import Query
from asyncsdk.downloads.records import records

__all__ = ["ArrowRows", "Query", "changes", "export", "new_drilldown_rows", "new_suppressions", "records"]
