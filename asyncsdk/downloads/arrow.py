"""Arrow: the records of a list as columns of text, by the interface that dataframe libraries share."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import aclosing
from importlib import import_module
from typing import Any

from asyncsdk.downloads.caller import DownloadCaller
from asyncsdk.downloads.query import Query
from asyncsdk.downloads.reader import PageReader, PageRows
from asyncsdk.errors import ActOnError, DecodeError, ListChanged

__all__ = ["ArrowRows"]


class ArrowRows:
    """A list as Arrow: ``async for`` gives it batch by batch, ``await`` gives all of it.

    Raises:
        ActOnError: nanoarrow is not installed.
    """

    def __init__(self, caller: DownloadCaller, query: Query) -> None:
        self._caller = caller
        self._query = query
        self._nanoarrow = _nanoarrow()

    def __repr__(self) -> str:
        return "<records as Arrow: 'await' it for one table, or 'async for' over it for batches>"

    def __aiter__(self) -> AsyncIterator[ArrowBatch]:
        return self._batches(PageReader(self._caller, self._query))

    def __await__(self) -> Generator[Any, None, ArrowTable]:
        return self._table().__await__()

    async def _table(self) -> ArrowTable:
        reader = PageReader(self._caller, self._query)
        async with aclosing(self._batches(reader)) as batches:
            arrays = [batch.array async for batch in batches]
        schema = None if arrays else _schema(self._nanoarrow, reader.headings or ())
        return ArrowTable(self._nanoarrow.Array.from_chunks(arrays, schema))

    async def _batches(self, reader: PageReader) -> AsyncGenerator[ArrowBatch, None]:
        headings: tuple[str, ...] | None = None
        try:
            while (page_rows := await reader.next()) is not None:
                if headings not in (None, page_rows.headings):
                    raise ListChanged("The columns of the list changed while it was read: begin again.")
                headings = page_rows.headings
                reader.prefetch()
                batch = ArrowBatch(self._array(page_rows))
                del page_rows  # parsing is quicker where the memory of the page before is used again
                yield batch
        finally:
            await reader.close()

    def _array(self, page_rows: PageRows) -> Any:
        try:
            return _array(self._nanoarrow, page_rows)
        except (ValueError, TypeError) as error:
            raise DecodeError("Records cannot become columns of text:", problems=(_problem(page_rows),)) from error


class ArrowBatch:
    """Some records; polars, pandas, pyarrow and duckdb take it as it is."""

    def __init__(self, array: Any) -> None:
        self.array = array
        """The nanoarrow array."""

    def __len__(self) -> int:
        return len(self.array)

    def __repr__(self) -> str:
        return f"<ArrowBatch of {len(self):,} records>"

    def __arrow_c_schema__(self) -> object:
        return self.array.schema.__arrow_c_schema__()

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        # The protocol allows to ignore the requested schema; all columns are text.
        return self.array.__arrow_c_array__()  # type: ignore[no-any-return]


class ArrowTable:
    """All records of a list; polars, pandas, pyarrow and duckdb take it as it is, any number of times."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __repr__(self) -> str:
        return f"<ArrowTable of {len(self):,} records>"

    def __arrow_c_schema__(self) -> object:
        return self._array.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._array.__arrow_c_stream__()


def _nanoarrow() -> Any:
    try:
        return import_module("nanoarrow")
    except ImportError:
        raise ActOnError(
            "Arrow needs the package nanoarrow, which is not installed: pip install nanoarrow."
        ) from None


def _schema(nanoarrow: Any, headings: tuple[str, ...]) -> Any:
    text = nanoarrow.c_schema(nanoarrow.string())
    return nanoarrow.struct([text.modify(name=heading) for heading in headings])


def _problem(page_rows: PageRows) -> str:
    """Name of the column that holds a value that is not a text; errors do not show the value."""
    cells = (
        (heading, cell) for row in page_rows.rows for heading, cell in zip(page_rows.headings, row, strict=True)
    )
    return next(
        (
            f"column {heading!r}: {type(cell).__name__} is not a whole text"
            for heading, cell in cells
            if not _is_text(cell)
        ),
        "a heading is no text",
    )


def _is_text(cell: object) -> bool:
    if isinstance(cell, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in cell)  # half a letter
    return cell is None


def _array(nanoarrow: Any, page_rows: PageRows) -> Any:
    text = nanoarrow.string()
    columns = [nanoarrow.c_array(cells, text) for cells in zip(*page_rows.rows, strict=True)]
    schema = _schema(nanoarrow, page_rows.headings)
    rows = nanoarrow.c_array_from_buffers(schema, len(page_rows.rows), [None], 0, children=columns)
    return nanoarrow.Array(rows)
